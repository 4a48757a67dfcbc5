using System.Net;
using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Objects;
using Hpc.HttpApi.Setup;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.HttpApi.Tests;

public sealed class SetupTests
{
    private const string Code = "0123456789abcdef";

    [Fact]
    public async Task The_first_administrator_is_made_with_the_printed_code_and_no_second_one()
    {
        await using ApiServer server = await StartAsync();
        (await server.Anonymous.GetAsync("/setup")).ShouldBe(200).Json["setup_needed"]!.GetValue<bool>().ShouldBeTrue();
        (await server.Anonymous.PostAsync("/setup", Request("kim", "wrong"))).ShouldBe(403);
        foreach (string missing in new[] { Request("kim", ""), Request("kim", " "), $$"""{"username":"kim","password":"{{ApiServer.Password}}"}""", """{"installation_code":null}""", "{}" })
        {
            (await server.Anonymous.PostAsync("/setup", missing)).ShouldBe(400).Error.ShouldStartWith("installation_code: found nothing; allowed ");
        }

        (await server.Anonymous.PostAsync("/setup", Request("a/b", Code))).ShouldBe(400).Body.ShouldContain("username");
        (await server.Anonymous.PostAsync("/setup", """{"username":1}""")).ShouldBe(400);
        ApiAnswer made = (await server.Anonymous.PostAsync("/setup", Request("kim", Code))).ShouldBe(201);
        made.Headers["Location"].ShouldBe("/api/v2/admins/kim");
        made.Body.ShouldNotContain("$2");
        (await server.Anonymous.PostAsync("/setup", Request("lee", Code))).ShouldBe(409);
        (await server.Anonymous.GetAsync("/setup")).Json["setup_needed"]!.GetValue<bool>().ShouldBeFalse();
        (await (await server.LoginAsync("kim")).GetAsync("/admins")).ShouldBe(200).Json.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_who_set_up_at_once_on_two_nodes_one_wins()
    {
        var provider = new MemoryDataProvider(new ManualTime());
        await provider.OpenAsync(SchemaUpdate.Automatic, CancellationToken.None);
        await using ApiServer one = await StartAsync(provider);
        await using ApiServer two = await StartAsync(provider);
        ApiAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? one : two).Anonymous.PostAsync("/setup", Request($"admin{i}", Code))));
        answers.Count(answer => answer.Status == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(answer => answer.Status == HttpStatusCode.Conflict).ShouldBe(39);
        (await provider.Objects.CountAsync(ObjectKind.Admin, null, CancellationToken.None)).ShouldBe(1);
    }

    [Fact]
    public async Task Without_a_code_nothing_is_set_up()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        (await server.Anonymous.PostAsync("/setup", Request("kim", ""))).ShouldBe(400);
        (await server.Anonymous.PostAsync("/setup", Request("kim", Code))).ShouldBe(403);
    }

    [Fact]
    public async Task The_default_administrator_is_made_once()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        var first = new FirstAdmin(server.Parts.Services, server.Parts.Provider, server.Time, NullLogger<FirstAdmin>.Instance);
        (await first.MakeDefaultAsync("", "", CancellationToken.None)).ShouldBeFalse();
        (await first.MakeDefaultAsync("kim", ApiServer.Password, CancellationToken.None)).ShouldBeTrue();
        (await first.MakeDefaultAsync("kim", "another horse 2", CancellationToken.None)).ShouldBeFalse();
        (await first.MakeDefaultAsync("lee", ApiServer.Password, CancellationToken.None)).ShouldBeFalse();
        (await (await server.LoginAsync("kim")).GetAsync("/admins")).ShouldBe(200).Json.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public void Every_code_is_another_one_of_128_bits()
    {
        FirstAdmin.NewCode().Length.ShouldBe(32);
        FirstAdmin.NewCode().ShouldNotBe(FirstAdmin.NewCode());
    }

    private static Task<ApiServer> StartAsync(IDataProvider? provider = null) => ApiServer.StartAsync(options => options with { InstallationCode = Code }, provider: provider);

    private static string Request(string name, string code) => $$"""{"installation_code":"{{code}}","username":"{{name}}","password":"{{ApiServer.Password}}"}""";
}
