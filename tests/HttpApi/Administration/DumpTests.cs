using System.Text.Json.Nodes;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.HttpApi.Parts;

namespace Hpc.HttpApi.Tests;

public sealed class DumpTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("hpc-dumps-");

    private string Backups => Path.Combine(_root.FullName, "backups");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task What_is_dumped_is_loaded_elsewhere_with_its_passwords()
    {
        await using ApiServer server = await StartAsync();
        await server.AddUserAsync("kim");
        ApiClient admin = await server.AdminAsync();
        ApiAnswer dump = (await admin.GetAsync("/dumpdata?output-data=1&indent=1")).ShouldBe(200);
        dump.Headers["Content-Disposition"].ShouldContain("sftpgo-backup.json");
        dump.Json["users"]!.AsArray().Single()!["username"]!.GetValue<string>().ShouldBe("kim");

        await using ApiServer other = await StartAsync();
        ApiClient there = await other.AdminAsync();
        (await there.PostAsync("/loaddata?mode=0&scan-quota=1", dump.Body)).ShouldBe(200);
        await other.UserLoginAsync("kim");
        other.Quotas.Running.Keys.ShouldContain("user:kim");
        JsonNode again = (await there.GetAsync("/dumpdata?output-data=1&scopes=users")).ShouldBe(200).Json;
        again["users"]!.AsArray().Count.ShouldBe(1);
        (again["admins"]?.AsArray().Count ?? 0).ShouldBe(0);
    }

    [Fact]
    public async Task Files_are_written_and_read_below_the_backups_directory_alone()
    {
        await using ApiServer server = await StartAsync();
        await server.AddUserAsync("kim");
        ApiClient admin = await server.AdminAsync();
        (await admin.GetAsync("/dumpdata?output-file=day/one.json")).ShouldBe(200);
        string file = Path.Combine(Backups, "day", "one.json");
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(Backups, "*", SearchOption.AllDirectories).ShouldBe([file]);
        (await admin.DeleteAsync("/users/kim")).ShouldBe(200);
        (await admin.GetAsync("/loaddata?mode=1&input-file=day/one.json")).ShouldBe(200);
        (await admin.GetAsync("/users/kim")).ShouldBe(200);
        (await admin.GetAsync("/loaddata?input-file=" + Uri.EscapeDataString(file))).ShouldBe(200);

        File.WriteAllText(Path.Combine(_root.FullName, "outside.json"), "{}");
        Directory.CreateSymbolicLink(Path.Combine(Backups, "link"), _root.FullName);
        File.CreateSymbolicLink(Path.Combine(Backups, "link.json"), Path.Combine(_root.FullName, "outside.json"));
        foreach (string name in new[] { "", "one.txt", "../outside.json", "day/../../outside.json", "/etc/passwd.json", Path.Combine(_root.FullName, "outside.json"), "link/outside.json", "link.json", "a\0.json", ".json/../../outside.json" })
        {
            (await admin.GetAsync("/dumpdata?output-file=" + Uri.EscapeDataString(name))).ShouldBe(400);
            (await admin.GetAsync("/loaddata?input-file=" + Uri.EscapeDataString(name))).ShouldBe(400);
        }

        File.ReadAllText(Path.Combine(_root.FullName, "outside.json")).ShouldBe("{}");
        (await admin.GetAsync("/loaddata?input-file=none.json")).ShouldBe(404);
    }

    [Fact]
    public async Task A_dump_with_one_bad_object_changes_nothing()
    {
        await using ApiServer server = await StartAsync();
        ApiClient admin = await server.AdminAsync();
        string good = """{"username":"kim","status":1,"home_dir":"/srv/kim","permissions":{"/":["*"]}}""";
        ApiAnswer refused = (await admin.PostAsync("/loaddata", $$"""{"version":17,"users":[{{good}},{"username":"kate","status":"on"}]}""")).ShouldBe(400);
        refused.Json["errors"]!.AsArray().Select(error => error!["path"]!.GetValue<string>()).ShouldContain(path => path.StartsWith("users[1]", StringComparison.Ordinal));
        (await admin.GetAsync("/users")).Json.AsArray().ShouldBeEmpty();
        (await admin.PostAsync("/loaddata", """{"version":17,"users":7}""")).ShouldBe(400);
        (await admin.PostAsync("/loaddata", "nonsense")).ShouldBe(400);
        (await admin.PostAsync("/loaddata?mode=9", "{}")).ShouldBe(400);
        (await admin.PostAsync("/loaddata?scan-quota=x", "{}")).ShouldBe(400);
        (await admin.GetAsync("/dumpdata?output-data=1&scopes=users,nothing")).ShouldBe(400);
        (await admin.SendAsync("POST", "/loaddata", "{}", contentType: "image/png")).ShouldBe(415);
    }

    [Fact]
    public async Task What_is_left_out_of_a_dump_is_told_and_the_rest_is_loaded()
    {
        await using ApiServer server = await StartAsync();
        ApiClient admin = await server.AdminAsync();
        string Bad(int i) => $$$"""{"username":"u{{{i:D2}}}","status":1,"home_dir":"/srv/u","permissions":{"/":["*"]},"filters":{"denied_ip":["nowhere"]}}""";
        string good = """{"username":"kim","status":1,"home_dir":"/srv/kim","permissions":{"/":["*"]}}""";
        JsonNode answer = (await admin.PostAsync("/loaddata", $$"""{"version":17,"users":[{{good}},{{string.Join(',', Enumerable.Range(0, 20).Select(Bad))}}]}""")).ShouldBe(200).Json;
        string[] warnings = [.. answer["warnings"]!.AsArray().Select(static one => one!.GetValue<string>())];
        warnings.Count(static one => one.Contains("filters.denied_ip[0]: found 'nowhere'; left out.", StringComparison.Ordinal)).ShouldBe(20);
        answer["message"]!.GetValue<string>().ShouldContain($"And {warnings.Length - 10} more warnings.");
        (await admin.GetAsync("/users/u07")).ShouldBe(200).Json["status"]!.GetValue<int>().ShouldBe(0);
        (await admin.GetAsync("/users/kim")).ShouldBe(200).Json["status"]!.GetValue<int>().ShouldBe(1);
        (await admin.PostAsync("/loaddata", $$"""{"version":17,"users":[{{good}}]}""")).ShouldBe(200).Json["warnings"].ShouldBeNull();
        (await admin.PostAsync("/users", Bad(99))).ShouldBe(400);
    }

    [Fact]
    public async Task A_dump_that_is_too_large_is_refused()
    {
        await using ApiServer server = await StartAsync();
        ApiClient admin = await server.AdminAsync();
        ((int)(await admin.PostAsync("/loaddata", "{\"users\":[" + new string(' ', 2 << 20) + "]}")).Status).ShouldBeOneOf(400, 413);
    }

    [Fact]
    public async Task Dumps_are_for_who_manages_the_whole_system()
    {
        await using ApiServer server = await StartAsync();
        ApiClient other = await server.AdminAsync("manage_admins", "view_users");
        (await other.GetAsync("/dumpdata?output-data=1")).ShouldBe(403);
        (await other.GetAsync("/loaddata?input-file=x.json")).ShouldBe(403);
        (await other.PostAsync("/loaddata", "{}")).ShouldBe(403);
        (await server.Anonymous.PostAsync("/loaddata", "{}")).ShouldBe(401);
    }

    [Fact]
    public async Task Without_a_backups_directory_there_are_no_files()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiClient admin = await server.AdminAsync();
        (await admin.GetAsync("/dumpdata?output-file=x.json")).ShouldBe(400);
        (await admin.GetAsync("/loaddata?input-file=x.json")).ShouldBe(400);
    }

    [Fact]
    public async Task A_mode_that_disconnects_ends_the_sessions_of_updated_users()
    {
        await using ApiServer server = await StartAsync();
        await server.AddUserAsync("kim");
        server.Connections.Add("SFTP_1", "kim");
        ApiClient admin = await server.AdminAsync();
        string dump = (await admin.GetAsync("/dumpdata?output-data=1&scopes=users")).ShouldBe(200).Body;
        JsonNode changed = JsonNode.Parse(dump)!;
        changed["users"]![0]!["description"] = "changed";
        (await admin.PostAsync("/loaddata?mode=2", changed.ToJsonString())).ShouldBe(200);
        server.Connections.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_cannot_be_counted_after_a_dump_was_loaded_is_told()
    {
        await using ApiServer server = await StartAsync();
        ApiClient admin = await server.AdminAsync();
        string users = string.Join(',', Enumerable.Range(0, 14).Select(i => $$"""{"username":"u{{i:D2}}","status":1,"home_dir":"/srv/u","permissions":{"/":["*"]} }"""));
        for (int i = 1; i < 13; i++)
        {
            server.Quotas.Refused[$"user:u{i:D2}"] = i == 1 ? ScanStart.NotFound : ScanStart.Unavailable;
        }

        string message = (await admin.PostAsync("/loaddata?scan-quota=1", $$"""{"version":17,"users":[{{users}}]}""")).ShouldBe(200).Json["message"]!.GetValue<string>();

        message.ShouldContain("14 added");
        message.ShouldContain("Not counted");
        message.ShouldContain("user:u01, user:u02");
        message.ShouldContain("and 2 more");
        server.Quotas.Running.Keys.Order().ShouldBe(["user:u00", "user:u13"]);
        (await admin.PostAsync("/loaddata?scan-quota=0", $$"""{"version":17,"users":[{{users}}]}""")).ShouldBe(200).Body.ShouldNotContain("Not counted");
    }

    private Task<ApiServer> StartAsync() => ApiServer.StartAsync(options => options with { BackupsPath = Backups });
}
