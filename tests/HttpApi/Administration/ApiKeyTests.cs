using System.Text.Json.Nodes;
using Hpc.Accounts.Objects;

namespace Hpc.HttpApi.Tests;

public sealed class ApiKeyTests
{
    [Fact]
    public async Task A_key_is_shown_once_and_acts_for_its_administrator()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.AddAdminAsync(new Admin { Username = "robot", Permissions = ["view_users", "manage_admins", "manage_apikeys"], Filters = new AdminFilters { AllowApiKeyAuth = true } });
        ApiClient admin = await server.AdminAsync();
        ApiAnswer added = (await admin.PostAsync("/apikeys", """{"name":"ci","scope":1,"admin":"robot"}""")).ShouldBe(201);
        string id = added.Headers["X-Object-ID"];
        added.Headers["Location"].ShouldBe("/api/v2/apikeys/" + id);
        string key = added.Json["key"]!.GetValue<string>();
        key.ShouldStartWith(id + ".");
        (await admin.GetAsync("/apikeys/" + id)).ShouldBe(200).Body.ShouldNotContain(key[(id.Length + 1)..]);
        (await admin.GetAsync("/apikeys")).ShouldBe(200).Json.AsArray().Count.ShouldBe(1);

        ApiClient robot = new(server, "robot", null, key);
        (await robot.GetAsync("/users")).ShouldBe(200);
        (await robot.GetAsync("/roles")).ShouldBe(403);
        (await robot.GetAsync("/apikeys")).ShouldBe(403);
        (await robot.GetAsync("/admin/profile")).ShouldBe(403);
        (await robot.PutAsync("/admin/changepwd", """{"current_password":"a","new_password":"b"}""")).ShouldBe(403);
        (await robot.GetAsync("/logout")).ShouldBe(403);
        foreach (string name in new[] { "robot", "robot%20", "%20robot" })
        {
            (await robot.PutAsync("/admins/" + name, (await admin.GetAsync("/admins/robot")).Body)).ShouldBe(403).Error.ShouldContain("API key");
        }

        (await robot.GetAsync("/user/logout")).ShouldBe(403);

        (await admin.PutAsync("/apikeys/" + id, """{"name":"other","scope":1,"admin":"robot"}""")).ShouldBe(200);
        (await robot.GetAsync("/users")).ShouldBe(200);
        (await admin.DeleteAsync("/apikeys/" + id)).ShouldBe(200);
        (await robot.GetAsync("/users")).ShouldBe(400);
        (await admin.GetAsync("/apikeys/" + id)).ShouldBe(404);
    }

    [Fact]
    public async Task A_key_that_is_malformed_wrong_expired_or_not_allowed_opens_nothing()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.AddAdminAsync("shy", "*");
        ApiClient admin = await server.AdminAsync();
        JsonNode shy = (await admin.PostAsync("/apikeys", """{"name":"a","scope":1,"admin":"shy"}""")).ShouldBe(201).Json;
        (await new ApiClient(server, "", null, shy["key"]!.GetValue<string>()).GetAsync("/users")).ShouldBe(401);
        (await new ApiClient(server, "", null, "nonsense").GetAsync("/users")).ShouldBe(400);
        (await new ApiClient(server, "", null, "unknown.secret").GetAsync("/users")).ShouldBe(400);

        await server.AddAdminAsync(new Admin { Username = "robot", Permissions = ["*"], Filters = new AdminFilters { AllowApiKeyAuth = true } });
        long end = server.Time.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds();
        string key = (await admin.PostAsync("/apikeys", $$"""{"name":"b","scope":1,"admin":"robot","expires_at":{{end}}}""")).ShouldBe(201).Json["key"]!.GetValue<string>();
        ApiClient robot = new(server, "robot", null, key);
        (await robot.GetAsync("/users")).ShouldBe(200);
        (await new ApiClient(server, "robot", null, key[..^1] + (key[^1] == 'a' ? 'b' : 'a')).GetAsync("/users")).ShouldBe(401);
        server.Time.Advance(TimeSpan.FromHours(1));
        (await robot.GetAsync("/users")).ShouldBe(401);
    }

    [Fact]
    public async Task A_users_key_is_none_for_administrators_even_if_a_token_is_beside_it()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.AddUserAsync("kim", user => user with { Filters = user.Filters with { AllowApiKeyAuth = true } });
        ApiClient admin = await server.AdminAsync();
        string key = (await admin.PostAsync("/apikeys", """{"name":"a","scope":2,"user":"kim"}""")).ShouldBe(201).Json["key"]!.GetValue<string>();
        (await new ApiClient(server, "kim", null, key).GetAsync("/users")).ShouldBe(403);
        (await new ApiClient(server, "kim", admin.Token, key).GetAsync("/users")).ShouldBe(403);
    }

    [Fact]
    public async Task Keys_are_managed_by_who_may_alone()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiClient other = await server.AdminAsync("manage_admins");
        (await other.GetAsync("/apikeys")).ShouldBe(403);
        (await other.PostAsync("/apikeys", """{"name":"a","scope":1}""")).ShouldBe(403);
        (await other.DeleteAsync("/apikeys/x")).ShouldBe(403);
        (await (await server.AdminAsync()).PostAsync("/apikeys", """{"name":"a","scope":3}""")).ShouldBe(400);
    }
}
