using System.Text.Json.Nodes;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.HttpApi.Tests;

public sealed class ObjectRoutesTests
{
    public static TheoryData<string> Kinds => ObjectKindCase.Paths;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_object_is_added_read_listed_replaced_and_removed(string path)
    {
        await using ApiServer server = await StartAsync();
        ApiClient admin = await server.AdminAsync();
        ObjectKindCase kind = ObjectKindCase.Of(path);

        ApiAnswer added = (await admin.PostAsync(path, kind.BodyOf("one"))).ShouldBe(201);
        added.Headers["Location"].ShouldBe($"/api/v2{path}/one");
        added.Headers["ETag"].ShouldBe("\"1\"");
        added.Json[kind.Key]!.GetValue<string>().ShouldBe("one");
        (await admin.PostAsync(path, kind.BodyOf("one"))).ShouldBe(409).Error.ShouldNotBeEmpty();

        ApiAnswer read = (await admin.GetAsync($"{path}/one")).ShouldBe(200);
        read.Headers["ETag"].ShouldBe("\"1\"");
        (await admin.GetAsync(path)).ShouldBe(200).Json.AsArray().Select(item => item![kind.Key]!.GetValue<string>()).ShouldContain("one");

        (await admin.PutAsync($"{path}/one", read.Body)).ShouldBe(200).Json["message"]!.GetValue<string>().ShouldNotBeEmpty();
        (await admin.DeleteAsync($"{path}/one")).ShouldBe(200);
        (await admin.GetAsync($"{path}/one")).ShouldBe(404);
        (await admin.PutAsync($"{path}/one", kind.BodyOf("one"))).ShouldBe(404);
        (await admin.DeleteAsync($"{path}/one")).ShouldBe(404);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Two_who_change_one_object_do_not_lose_a_change(string path)
    {
        await using ApiServer server = await StartAsync();
        ApiClient admin = await server.AdminAsync();
        ObjectKindCase kind = ObjectKindCase.Of(path);
        string tag = (await admin.PostAsync(path, kind.BodyOf("one"))).ShouldBe(201).Headers["ETag"];
        string next = (await admin.PutAsync($"{path}/one", kind.BodyOf("one"), tag)).ShouldBe(200).Headers["ETag"];
        next.ShouldNotBe(tag);
        (await admin.PutAsync($"{path}/one", kind.BodyOf("one"), tag)).ShouldBe(412);
        (await admin.PutAsync($"{path}/one", kind.BodyOf("one"), "\"nonsense\"")).ShouldBe(412);
        (await admin.DeleteAsync($"{path}/one", tag)).ShouldBe(412);
        (await admin.PutAsync($"{path}/one", kind.BodyOf("one"), "*")).ShouldBe(200);
        (await admin.DeleteAsync($"{path}/one", "*")).ShouldBe(200);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Whoever_lacks_the_permission_is_refused_everything(string path)
    {
        await using ApiServer server = await StartAsync();
        ObjectKindCase kind = ObjectKindCase.Of(path);
        (await (await server.AdminAsync()).PostAsync(path, kind.BodyOf("one"))).ShouldBe(201);
        ApiClient other = await server.AdminAsync("view_status");
        foreach (ApiAnswer answer in new[]
        {
            await other.GetAsync(path), await other.PostAsync(path, kind.BodyOf("two")), await other.GetAsync($"{path}/one"),
            await other.PutAsync($"{path}/one", kind.BodyOf("one")), await other.DeleteAsync($"{path}/one"), await other.GetAsync($"{path}/nothing"),
        })
        {
            answer.ShouldBe(403).Error.ShouldContain("permission");
        }

        (await server.Anonymous.DeleteAsync($"{path}/one")).ShouldBe(401);
        (await (await server.AdminAsync(kind.Permission)).GetAsync($"{path}/one")).ShouldBe(200);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_field_of_the_wrong_form_is_named(string path)
    {
        await using ApiServer server = await StartAsync();
        ApiClient admin = await server.AdminAsync();
        (string json, string field) = ObjectKindCase.Of(path).Broken;
        JsonNode error = (await admin.PostAsync(path, json)).ShouldBe(400).Json["errors"]![0]!;
        error["path"]!.GetValue<string>().ShouldBe(field);
        error["found"]!.GetValue<string>().ShouldNotBeEmpty();
        error["allowed"]!.GetValue<string>().ShouldNotBeEmpty();
        (await admin.PostAsync(path, "{\"name\": \"x\",\n  oops}")).ShouldBe(400).Error.ShouldBe("The body is no JSON: line 2, byte 3.");
        (await admin.PostAsync(path, "null")).ShouldBe(400);
        (await admin.PostAsync(path, "")).ShouldBe(400);
        (await admin.PostAsync(path, "[]")).ShouldBe(400);
        (await admin.PostAsync(path, "{}")).ShouldBe(400).Json["errors"]!.AsArray().Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Every_rule_that_an_object_breaks_is_told_with_its_path()
    {
        await using ApiServer server = await StartAsync();
        ApiClient admin = await server.AdminAsync();
        ApiAnswer answer = await admin.PostAsync("/users", """{"username":"a/b","home_dir":"relative","permissions":{"/":["fly"]},"filters":{"allowed_ip":["10.0.0.0/8","nowhere"]}}""");
        string[] paths = [.. answer.ShouldBe(400).Json["errors"]!.AsArray().Select(error => error!["path"]!.GetValue<string>())];
        paths.ShouldContain("username");
        paths.ShouldContain("home_dir");
        paths.ShouldContain("filters.allowed_ip[1]");
        paths.ShouldContain(path => path.StartsWith("permissions", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_list_is_paged()
    {
        await using ApiServer server = await StartAsync();
        ApiClient admin = await server.AdminAsync();
        for (int i = 0; i < 7; i++)
        {
            (await admin.PostAsync("/roles", $$"""{"name":"r{{i}}"}""")).ShouldBe(201);
        }

        (await NamesAsync(admin, "/roles?limit=3")).ShouldBe(["r0", "r1", "r2"]);
        (await NamesAsync(admin, "/roles?limit=3&offset=5")).ShouldBe(["r5", "r6"]);
        (await NamesAsync(admin, "/roles?limit=2&order=DESC")).ShouldBe(["r6", "r5"]);
        (await NamesAsync(admin, "/roles?limit=5000")).Count.ShouldBe(7);
        (await NamesAsync(admin, "/roles?offset=50")).ShouldBeEmpty();
        foreach (string bad in new[] { "limit=0", "limit=-1", "limit=x", "offset=-1", "offset=99999999999", "order=sideways", "order=UP" })
        {
            (await admin.GetAsync("/roles?" + bad)).ShouldBe(400).Json["errors"]![0]!["path"]!.GetValue<string>().ShouldStartWith("?");
        }
    }

    [Fact]
    public async Task A_list_is_cut_at_500()
    {
        await using ApiServer server = await StartAsync();
        for (int i = 0; i < 501; i++)
        {
            await server.Parts.Services.Roles.AddAsync(new Role { Name = $"r{i:D4}" }, ChangeContext.Operator, CancellationToken.None);
        }

        (await NamesAsync(await server.AdminAsync(), "/roles?limit=9999")).Count.ShouldBe(500);
    }

    [Fact]
    public async Task Hashes_are_shown_to_who_asks_and_may_manage_the_system_alone()
    {
        await using ApiServer server = await StartAsync();
        await server.AddUserAsync("kim");
        ApiClient admin = await server.AdminAsync();
        ApiAnswer plain = (await admin.GetAsync("/users/kim")).ShouldBe(200);
        plain.Json["password"].ShouldBeNull();
        plain.Json["has_password"]!.GetValue<bool>().ShouldBeTrue();
        (await admin.GetAsync("/users")).Body.ShouldNotContain("$2");
        (await admin.GetAsync("/users/kim?confidential_data=1")).ShouldBe(200).Json["password"]!.GetValue<string>().ShouldStartWith("$2");
        (await (await server.AdminAsync("view_users")).GetAsync("/users/kim?confidential_data=1")).ShouldBe(403);
        (await admin.GetAsync("/admins")).Body.ShouldNotContain("$2");
    }

    [Fact]
    public async Task A_replaced_user_keeps_the_password_and_loses_its_sessions_if_that_is_asked_for()
    {
        await using ApiServer server = await StartAsync();
        await server.AddUserAsync("kim");
        ApiClient admin = await server.AdminAsync();
        server.Connections.Add("SFTP_1", "kim");
        server.Connections.Add("SFTP_2", "lee");
        string body = (await admin.GetAsync("/users/kim")).Body;
        (await admin.PutAsync("/users/kim", body)).ShouldBe(200);
        server.Connections.All.Count.ShouldBe(2);
        (await admin.PutAsync("/users/kim?disconnect=1", body)).ShouldBe(200);
        server.Connections.All.Keys.ShouldBe(["SFTP_2"]);
        await server.UserLoginAsync("kim");
    }

    [Fact]
    public async Task An_administrator_with_a_role_sees_and_makes_users_of_it_alone()
    {
        await using ApiServer server = await StartAsync();
        ApiClient admin = await server.AdminAsync();
        (await admin.PostAsync("/roles", """{"name":"branch"}""")).ShouldBe(201);
        await server.AddUserAsync("stranger");
        await server.AddUserAsync("own", user => user with { Role = "branch" });
        await server.AddAdminAsync(new Admin { Username = "limited", Role = "branch", Permissions = ["view_users", "add_users", "edit_users", "del_users", "view_conns", "close_conns", "disable_mfa", "quota_scans"] });
        ApiClient limited = await server.LoginAsync("limited");

        (await limited.GetAsync("/users")).Json.AsArray().Select(user => user!["username"]!.GetValue<string>()).ShouldBe(["own"]);
        (await limited.GetAsync("/users/stranger")).ShouldBe(404);
        (await limited.PutAsync("/users/stranger", (await admin.GetAsync("/users/stranger")).Body)).ShouldBe(404);
        (await limited.DeleteAsync("/users/stranger")).ShouldBe(404);
        (await limited.PutAsync("/users/stranger/2fa/disable")).ShouldBe(404);
        (await limited.PostAsync("/quotas/users/stranger/scan")).ShouldBe(404);
        (await limited.PutAsync("/quotas/users/stranger/usage", """{"used_quota_size":1}""")).ShouldBe(404);
        server.Quotas.Running["user:stranger"] = server.Quotas.Running["user:own"] = DateTimeOffset.UnixEpoch;
        (await limited.GetAsync("/quotas/users/scans")).Json.AsArray().Select(scan => scan!["username"]!.GetValue<string>()).ShouldBe(["own"]);
        (await admin.PostAsync("/folders", """{"name":"strange","mapped_path":"/srv/strange"}""")).ShouldBe(201);
        (await admin.PostAsync("/folders", """{"name":"near","mapped_path":"/srv/near","role":"branch"}""")).ShouldBe(201);
        server.Quotas.Running["folder:strange"] = server.Quotas.Running["folder:near"] = DateTimeOffset.UnixEpoch;
        (await limited.GetAsync("/quotas/folders/scans")).Json.AsArray().Select(scan => scan!["name"]!.GetValue<string>()).ShouldBe(["near"]);
        (await admin.GetAsync("/quotas/folders/scans")).Json.AsArray().Count.ShouldBe(2);
        (await limited.PostAsync("/users", """{"username":"new","status":1,"permissions":{"/":["*"]}}""")).ShouldBe(201);
        (await admin.GetAsync("/users/new")).Json["role"]!.GetValue<string>().ShouldBe("branch");

        server.Connections.Add("SFTP_1", "stranger");
        server.Connections.Add("SFTP_2", "own");
        (await limited.GetAsync("/connections")).Json.AsArray().Select(item => item!["connection_id"]!.GetValue<string>()).ShouldBe(["SFTP_2"]);
        (await limited.DeleteAsync("/connections/SFTP_1")).ShouldBe(404);
        (await limited.DeleteAsync("/connections/SFTP_2")).ShouldBe(200);
        (await limited.GetAsync("/admins")).ShouldBe(403);
    }

    [Fact]
    public async Task An_administrator_neither_removes_nor_promotes_itself()
    {
        await using ApiServer server = await StartAsync();
        ApiClient admin = await server.AdminAsync("manage_admins", "view_users");
        JsonNode self = (await admin.GetAsync("/admins/" + admin.Name)).ShouldBe(200).Json;
        ((int)(await admin.DeleteAsync("/admins/" + admin.Name)).Status).ShouldBeInRange(400, 409);
        self["permissions"] = new JsonArray("*");
        ((int)(await admin.PutAsync("/admins/" + admin.Name, self.ToJsonString())).Status).ShouldBeInRange(400, 409);
        (await admin.GetAsync("/admins/" + admin.Name)).Json["permissions"]!.AsArray().Select(name => name!.GetValue<string>()).ShouldNotContain("*");
    }

    private static async Task<ApiServer> StartAsync()
    {
        ApiServer server = await ApiServer.StartAsync();
        await server.Parts.Services.EventActions.AddAsync(new EventAction { Name = "backup", Type = 4 }, ChangeContext.Operator, CancellationToken.None);
        return server;
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(ApiClient client, string path) =>
        [.. (await client.GetAsync(path)).ShouldBe(200).Json.AsArray().Select(item => item!["name"]!.GetValue<string>())];
}
