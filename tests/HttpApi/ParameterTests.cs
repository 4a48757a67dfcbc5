using System.Text.Json.Nodes;
using Hpc.HttpApi.Endpoints;

namespace Hpc.HttpApi.Tests;

public sealed class ParameterTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("hpc-parameters-");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("/users?order=sideways", "?order", "\"sideways\"", "ASC or DESC")]
    [InlineData("/users?limit=abc", "?limit", "\"abc\"", "a whole number from 1 to")]
    [InlineData("/users?limit=0", "?limit", "\"0\"", "a whole number from 1 to")]
    [InlineData("/users?offset=a%1b%5b2J%22", "?offset", "\"a\\u001b[2J\\\"\"", "a whole number from 0 to")]
    [InlineData("/users/kim?confidential_data=yes", "?confidential_data", "\"yes\"", "1 or 0, true or false")]
    [InlineData("/dumpdata?output-data=2", "?output-data", "\"2\"", "1 or 0, true or false")]
    [InlineData("/dumpdata?output-data=1&scopes=users,nope", "?scopes", "\"nope\"", "users, folders")]
    [InlineData("/dumpdata", "?output-file", "nothing", "below the backups directory")]
    [InlineData("/loaddata", "?input-file", "nothing", "below the backups directory")]
    [InlineData("/loaddata?input-file=/etc/passwd", "?input-file", "\"/etc/passwd\"", "data_provider.backups_path")]
    [InlineData("/iplists/7", "{type}", "\"7\"", "1, 2 or 3")]
    [InlineData("/defender/hosts/xyz", "{id}", "\"xyz\"", "hexadecimal")]
    public async Task What_was_found_is_told(string path, string parameter, string found, string allowed) => await RefusedAsync("GET", path, null, parameter, found, allowed);

    [Theory]
    [InlineData("POST", "/loaddata?mode=7", "{}", "?mode", "\"7\"", "a whole number from 0 to 2")]
    [InlineData("POST", "/loaddata?scan-quota=x", "{}", "?scan-quota", "\"x\"", "a whole number from 0 to 2")]
    [InlineData("PUT", "/users/kim?disconnect=7", "{}", "?disconnect", "\"7\"", "1 or 0, true or false")]
    [InlineData("PUT", "/quotas/users/kim/usage?mode=double", "{}", "?mode", "\"double\"", "add or reset")]
    public async Task What_was_found_is_told_of_changes(string method, string path, string json, string parameter, string found, string allowed) =>
        await RefusedAsync(method, path, json, parameter, found, allowed);

    [Fact]
    public async Task The_message_names_the_directory_that_is_meant()
    {
        await using ApiServer server = await StartAsync();
        (await (await server.AdminAsync()).GetAsync("/loaddata?input-file=/etc/passwd")).ShouldBe(400).Error.ShouldContain(_root.FullName);
        await using ApiServer other = await ApiServer.StartAsync();
        (await (await other.AdminAsync()).GetAsync("/loaddata?input-file=one.json")).ShouldBe(400).Error.ShouldContain("no backups directory is configured");
    }

    [Fact]
    public async Task The_order_is_taken_in_any_case()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiClient admin = await server.AdminAsync();
        await server.AddUserAsync("alex");
        await server.AddUserAsync("kim");
        foreach ((string order, string first) in new[] { ("desc", "kim"), ("Desc", "kim"), ("DESC", "kim"), ("asc", "alex"), ("ASC", "alex"), ("", "alex") })
        {
            (await admin.GetAsync("/users?order=" + order)).ShouldBe(200).Json[0]!["username"]!.GetValue<string>().ShouldBe(first);
        }
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData("TRUE", true)]
    [InlineData("0", false)]
    [InlineData("false", false)]
    [InlineData("", false)]
    public async Task Sessions_end_for_a_disconnect_that_says_so(string value, bool isEnded)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiClient admin = await server.AdminAsync();
        await server.AddUserAsync("kim");
        server.Connections.Add("SFTP_1", "kim");
        string kim = (await admin.GetAsync("/users/kim")).ShouldBe(200).Body;
        (await admin.PutAsync("/users/kim?disconnect=" + value, kim)).ShouldBe(200);
        server.Connections.All.IsEmpty.ShouldBe(isEnded);
    }

    [Fact]
    public void Long_values_are_cut_and_what_a_terminal_acts_on_is_escaped()
    {
        ParameterText.Found("").ShouldBe("nothing");
        ParameterText.Found(new string('a', 64)).ShouldBe($"\"{new string('a', 64)}\"");
        ParameterText.Found(new string('a', 65)).ShouldBe($"\"{new string('a', 64)}…\"");
        ParameterText.Found("a\r\n\u202e\u0085\\").ShouldBe("\"a\\u000d\\u000a\\u202e\\u0085\\\\\"");
        ParameterText.Found("\ud800").ShouldBe("\"\ufffd\"");
    }

    private async Task RefusedAsync(string method, string path, string? json, string parameter, string found, string allowed)
    {
        await using ApiServer server = await StartAsync();
        await server.AddUserAsync("kim");
        JsonNode error = (await (await server.AdminAsync()).SendAsync(method, path, json)).ShouldBe(400).Json["errors"]!.AsArray().Single()!;
        error["path"]!.GetValue<string>().ShouldBe(parameter);
        error["found"]!.GetValue<string>().ShouldBe(found);
        error["allowed"]!.GetValue<string>().ShouldContain(allowed);
    }

    private Task<ApiServer> StartAsync() => ApiServer.StartAsync(options => options with { BackupsPath = _root.FullName });
}
