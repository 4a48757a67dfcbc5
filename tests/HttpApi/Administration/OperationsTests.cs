using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hpc.HttpApi.Models;
using Hpc.HttpApi.Parts;

namespace Hpc.HttpApi.Tests;

public sealed class OperationsTests
{
    [Fact]
    public async Task What_is_in_use_is_set_and_added()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.AddUserAsync("kim");
        ApiClient admin = await server.AdminAsync();
        (await admin.PostAsync("/folders", """{"name":"shared","mapped_path":"/srv/shared"}""")).ShouldBe(201);
        (await admin.PutAsync("/quotas/users/kim/usage", """{"used_quota_size":10,"used_quota_files":2}""")).ShouldBe(200);
        (await admin.PutAsync("/quotas/users/kim/usage?mode=add", """{"used_quota_size":-5}""")).ShouldBe(200);
        (await admin.PutAsync("/quotas/users/kim/transfer-usage?mode=reset", """{"used_upload_data_transfer":1,"used_download_data_transfer":2}""")).ShouldBe(200);
        (await admin.PutAsync("/quotas/folders/shared/usage", """{"used_quota_size":1,"used_quota_files":1}""")).ShouldBe(200);
        server.Quotas.Changes.ShouldBe(["user:kim set 2/10//", "user:kim add 0/-5//", "user:kim set //1/2", "folder:shared set 1/1//"]);

        (await admin.PutAsync("/quotas/users/kim/usage", """{"used_quota_size":-1}""")).ShouldBe(400);
        (await admin.PutAsync("/quotas/users/kim/transfer-usage", """{"used_upload_data_transfer":-1}""")).ShouldBe(400);
        (await admin.PutAsync("/quotas/users/kim/usage?mode=twice", "{}")).ShouldBe(400);
        (await admin.PutAsync("/quotas/users/kim/usage", """{"used_quota_size":"x"}""")).ShouldBe(400);
        (await admin.PutAsync("/quotas/users/nobody/usage", "{}")).ShouldBe(404);
        (await admin.PutAsync("/quotas/users/nobody/transfer-usage", "{}")).ShouldBe(404);
        (await admin.PutAsync("/quotas/folders/nothing/usage", "{}")).ShouldBe(404);
        ApiClient other = await server.AdminAsync("quota_scans");
        (await other.PutAsync("/quotas/users/kim/usage", "{}")).ShouldBe(403);
        (await other.PutAsync("/quotas/users/kim/transfer-usage", "{}")).ShouldBe(403);
        (await other.PutAsync("/quotas/folders/shared/usage", "{}")).ShouldBe(403);
    }

    [Fact]
    public async Task A_scan_is_started_once_and_listed()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.AddUserAsync("kim");
        ApiClient admin = await server.AdminAsync("quota_scans", "manage_folders");
        (await admin.PostAsync("/folders", """{"name":"shared","mapped_path":"/srv/shared"}""")).ShouldBe(201);
        (await admin.PostAsync("/quotas/users/kim/scan")).ShouldBe(202);
        (await admin.PostAsync("/quotas/users/kim/scan")).ShouldBe(409);
        (await admin.PostAsync("/quotas/users/kim%20/scan")).ShouldBe(409);
        (await admin.PostAsync("/quotas/users/nobody/scan")).ShouldBe(404);
        (await admin.PostAsync("/quotas/folders/shared/scan")).ShouldBe(202);
        (await admin.PostAsync("/quotas/folders/%20shared/scan")).ShouldBe(409);
        (await admin.PostAsync("/quotas/folders/nothing/scan")).ShouldBe(404);
        JsonNode user = (await admin.GetAsync("/quotas/users/scans")).ShouldBe(200).Json.AsArray().Single()!;
        (user["username"]!.GetValue<string>(), user["start_time"]!.GetValue<long>()).ShouldBe(("kim", 5000));
        (await admin.GetAsync("/quotas/folders/scans")).ShouldBe(200).Json.AsArray().Single()!["name"]!.GetValue<string>().ShouldBe("shared");
        ApiClient other = await server.AdminAsync("edit_users");
        (await other.GetAsync("/quotas/users/scans")).ShouldBe(403);
        (await other.GetAsync("/quotas/folders/scans")).ShouldBe(403);
        (await other.PostAsync("/quotas/users/kim/scan")).ShouldBe(403);
        (await other.PostAsync("/quotas/folders/shared/scan")).ShouldBe(403);
    }

    [Fact]
    public async Task A_server_that_counts_nothing_says_so()
    {
        await using ApiServer server = await ApiServer.StartAsync(replace: parts => parts with { Quotas = null, Connections = null });
        await server.AddUserAsync("kim");
        ApiClient admin = await server.AdminAsync();
        (await admin.GetAsync("/quotas/users/scans")).ShouldBe(200).Json.AsArray().ShouldBeEmpty();
        (await admin.PostAsync("/quotas/users/kim/scan")).ShouldBe(501);
        (await admin.PutAsync("/quotas/users/kim/usage", "{}")).ShouldBe(501);
        (await admin.PutAsync("/quotas/users/kim/transfer-usage", "{}")).ShouldBe(501);
        (await admin.GetAsync("/connections")).ShouldBe(200).Json.AsArray().ShouldBeEmpty();
        (await admin.DeleteAsync("/connections/x")).ShouldBe(404);
    }

    [Fact]
    public async Task Connections_are_listed_and_closed()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        server.Connections.Add("SFTP_1", "kim");
        ApiClient admin = await server.AdminAsync("view_conns", "close_conns");
        JsonNode only = (await admin.GetAsync("/connections")).ShouldBe(200).Json.AsArray().Single()!;
        only["username"]!.GetValue<string>().ShouldBe("kim");
        only["active_transfers"]!.AsArray().ShouldBeEmpty();
        (await admin.DeleteAsync("/connections/SFTP_1?node=elsewhere")).ShouldBe(404);
        (await (await server.AdminAsync("view_conns")).DeleteAsync("/connections/SFTP_1")).ShouldBe(403);
        (await (await server.AdminAsync("close_conns")).GetAsync("/connections")).ShouldBe(403);
        (await admin.DeleteAsync("/connections/SFTP_1")).ShouldBe(200);
        (await admin.DeleteAsync("/connections/SFTP_1")).ShouldBe(404);
    }

    [Fact]
    public async Task Banned_hosts_are_listed_read_and_forgotten()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        IPAddress address = IPAddress.Parse("192.0.2.9");
        string id = EphemeralDefenderHosts.IdOf(address);
        var entry = new DefenderEntry { Id = id, Ip = address.ToString(), Score = 5 };
        await server.Parts.Provider.Ephemeral.PutAsync(
            EphemeralDefenderHosts.NameOf(address), JsonSerializer.SerializeToUtf8Bytes(entry), server.Time.GetUtcNow().AddMinutes(5), CancellationToken.None);
        ApiClient admin = await server.AdminAsync("view_defender", "manage_defender");
        (await admin.GetAsync("/defender/hosts")).ShouldBe(200).Json.AsArray().Single()!["ip"]!.GetValue<string>().ShouldBe("192.0.2.9");
        (await admin.GetAsync("/defender/hosts/" + id)).ShouldBe(200).Json["score"]!.GetValue<int>().ShouldBe(5);
        (await admin.GetAsync("/defender/hosts/" + Convert.ToHexStringLower(Encoding.ASCII.GetBytes("192.0.2.10")))).ShouldBe(404);
        (await admin.GetAsync("/defender/hosts/nonsense")).ShouldBe(400);
        (await admin.GetAsync("/defender/hosts/" + new string('3', 400))).ShouldBe(400);
        (await (await server.AdminAsync("view_defender")).DeleteAsync("/defender/hosts/" + id)).ShouldBe(403);
        (await (await server.AdminAsync("view_users")).GetAsync("/defender/hosts")).ShouldBe(403);
        (await admin.DeleteAsync("/defender/hosts/" + id)).ShouldBe(200);
        (await admin.DeleteAsync("/defender/hosts/" + id)).ShouldBe(404);
        (await admin.GetAsync("/defender/hosts")).Json.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Status_and_version_are_told()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        JsonNode status = (await (await server.AdminAsync("view_status")).GetAsync("/status")).ShouldBe(200).Json;
        status["data_provider"]!["is_active"]!.GetValue<bool>().ShouldBeTrue();
        status["data_provider"]!["driver"]!.GetValue<string>().ShouldBe("memory");
        status["mfa"]!["totp_configs"]![0]!["algo"]!.GetValue<string>().ShouldBe("sha1");
        foreach (string part in new[] { "ssh", "ftp", "webdav", "defender", "allow_list", "rate_limiters" })
        {
            status[part]!["is_active"]!.GetValue<bool>().ShouldBeFalse();
        }

        ApiClient other = await server.AdminAsync("view_users");
        (await other.GetAsync("/status")).ShouldBe(403);
        (await other.GetAsync("/version")).ShouldBe(200);
    }

    [Theory]
    [InlineData("GET", "/events/fs", "view_events")]
    [InlineData("GET", "/events/provider", "view_events")]
    [InlineData("GET", "/events/log", "view_events")]
    [InlineData("GET", "/events/logs", "view_events")]
    [InlineData("GET", "/retention/users/checks", "retention_checks")]
    [InlineData("POST", "/retention/users/kim/check", "retention_checks")]
    public async Task What_is_not_built_says_so_to_who_may_ask(string method, string path, string permission)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        (await (await server.AdminAsync(permission)).SendAsync(method, path)).ShouldBe(501).Error.ShouldNotBeEmpty();
        (await (await server.AdminAsync("view_status")).SendAsync(method, path)).ShouldBe(403);
        (await server.Anonymous.SendAsync(method, path)).ShouldBe(401);
    }

    [Theory]
    [InlineData(RuleRunStart.Started, 202)]
    [InlineData(RuleRunStart.NotFound, 404)]
    [InlineData(RuleRunStart.NotRunnable, 400)]
    [InlineData(RuleRunStart.Busy, 503)]
    public async Task A_rule_is_run_for_who_may_ask(RuleRunStart start, int status)
    {
        var rules = new ScriptedRules(start);
        await using ApiServer server = await ApiServer.StartAsync(replace: parts => parts with { Rules = rules });
        (await (await server.AdminAsync("manage_event_rules")).SendAsync("POST", "/eventrules/run/a%20rule")).ShouldBe(status);
        rules.Asked.ShouldBe(["a rule"]);
        (await (await server.AdminAsync("view_status")).SendAsync("POST", "/eventrules/run/a%20rule")).ShouldBe(403);
        (await server.Anonymous.SendAsync("POST", "/eventrules/run/a%20rule")).ShouldBe(401);
        rules.Asked.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("GET", "/metadata/users/checks")]
    [InlineData("POST", "/metadata/users/kim/check")]
    public async Task What_is_gone_is_not_found(string method, string path)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        (await (await server.AdminAsync()).SendAsync(method, path)).ShouldBe(404);
    }

    private sealed class ScriptedRules(RuleRunStart start) : IRuleOperations
    {
        public List<string> Asked { get; } = [];

        public ValueTask<RuleRunStart> RunAsync(string name, CancellationToken ct)
        {
            Asked.Add(name);
            return new(start);
        }
    }
}
