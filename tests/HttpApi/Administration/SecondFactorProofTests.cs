using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hpc.Accounts.Services;

namespace Hpc.HttpApi.Tests;

/// <summary>What stands between a stolen token and the second factor of its account, for administrators and users alike.</summary>
public sealed class SecondFactorProofTests
{
    private const string SwitchOff = """{"enabled":false}""";
    private const string Keep = """{"enabled":true,"config_name":"Default","secret":{"status":"Redacted"},"protocols":["HTTP"]}""";

    [Theory]
    [InlineData("admin")]
    [InlineData("user")]
    public async Task A_token_alone_changes_nothing_about_a_second_factor_that_is_on(string side)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        (ApiClient kim, string secret) = await EnabledAsync(server, side);
        string other = await ValidatedAsync(server, kim, side);
        foreach (string body in new[] { Save(other), SwitchOff, Keep, With(SwitchOff, "passcode", "000000"), With(SwitchOff, "current_password", "wrong"), With(Save(other), "current_password", "wrong") })
        {
            (await kim.PostAsync($"/{side}/totp/save", body)).ShouldBe(403).Error.ShouldContain("current_password");
        }

        (await kim.PostAsync($"/{side}/2fa/recoverycodes")).ShouldBe(403).Error.ShouldContain("X-SFTPGO-OTP");
        (await kim.PostAsync($"/{side}/2fa/recoverycodes", """{"passcode":"AAAA-BBBB-CCCC-DDDD"}""")).ShouldBe(403);
        (await kim.PostAsync($"/{side}/2fa/recoverycodes", """{"passcode":7}""")).ShouldBe(400);
        using HttpResponseMessage without = await server.AskForTokenAsync("kim", ApiServer.Password, TokenPath(side));
        without.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await server.LoginAsync("kim", path: TokenPath(side), passcode: SecondFactorSetup.CodeOf(secret, server.Time.GetUtcNow()));
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("user")]
    public async Task A_code_and_the_password_each_do_and_a_code_does_once(string side)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        (ApiClient kim, string secret) = await EnabledAsync(server, side);
        string code = $$"""{"passcode":"{{SecondFactorSetup.CodeOf(secret, server.Time.GetUtcNow())}}"}""";
        string[] first = await CodesAsync(kim, side, code);
        (await kim.PostAsync($"/{side}/2fa/recoverycodes", code)).ShouldBe(403);
        string[] second = await CodesAsync(kim, side, With("{}", "current_password", ApiServer.Password));
        second.Intersect(first).ShouldBeEmpty();
        (await kim.PostAsync($"/{side}/totp/save", With(Keep, "current_password", ApiServer.Password))).ShouldBe(200);

        string other = await ValidatedAsync(server, kim, side);
        server.Time.Advance(TimeSpan.FromSeconds(30));
        (await kim.PostAsync($"/{side}/totp/save", With(Save(other), "passcode", SecondFactorSetup.CodeOf(secret, server.Time.GetUtcNow())))).ShouldBe(200);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v2/{side}/totp/save") { Content = new StringContent(SwitchOff, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", kim.Token);
        request.Headers.Add("X-SFTPGO-OTP", SecondFactorSetup.CodeOf(other, server.Time.GetUtcNow()));
        using HttpResponseMessage off = await server.Http.SendAsync(request);
        off.StatusCode.ShouldBe(HttpStatusCode.OK);
        await server.LoginAsync("kim", path: TokenPath(side));
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("user")]
    public async Task Recovery_codes_that_a_token_reads_change_nothing_about_the_second_factor(string side)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        (ApiClient thief, _) = await EnabledAsync(server, side);
        string code = (await thief.GetAsync($"/{side}/2fa/recoverycodes")).ShouldBe(200).Json[0]!["code"]!.GetValue<string>();
        (await thief.PostAsync($"/{side}/totp/save", With(SwitchOff, "passcode", code))).ShouldBe(403);
        (await thief.PostAsync($"/{side}/totp/save", With(Save(await ValidatedAsync(server, thief, side)), "passcode", code))).ShouldBe(403);
        (await thief.PostAsync($"/{side}/2fa/recoverycodes", With("{}", "passcode", code))).ShouldBe(403);
        await server.LoginAsync("kim", path: TokenPath(side), passcode: code);
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("user")]
    public async Task A_token_does_not_outlive_a_password_that_is_changed_while_it_saves_a_second_factor(string side)
    {
        HookedProvider? provider = null;
        await using ApiServer server = await ApiServer.StartAsync(replace: parts => parts with { Provider = provider = new HookedProvider(parts.Provider) });
        ApiClient thief = await NewAsync(server, side);
        string secret = await ValidatedAsync(server, thief, side);
        provider!.Removing = async name =>
        {
            if (name.StartsWith("totp-proof:", StringComparison.Ordinal))
            {
                await ChangePasswordAsync(server, side);
            }
        };
        (await thief.PostAsync($"/{side}/totp/save", Save(secret))).ShouldBe(200);
        (await thief.GetAsync($"/{side}/2fa/recoverycodes")).ShouldBe(401);
    }

    [Theory]
    [InlineData("admin", "AES-256-GCM")]
    [InlineData("user", "Secretbox")]
    [InlineData("admin", "Redacted")]
    [InlineData("user", "Redacted")]
    [InlineData("admin", "")]
    public async Task No_status_of_a_secret_stands_for_the_proof_of_it(string side, string status)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiClient kim = await NewAsync(server, side);
        string secret = await ValidatedAsync(server, kim, side);
        string save = $$$"""{"enabled":true,"config_name":"Default","secret":{"status":"{{{status}}}","payload":"{{{secret}}}","key":"00"},"protocols":["HTTP"]}""";
        (await kim.PostAsync($"/{side}/totp/save", save)).ShouldBe(400);
        await server.LoginAsync("kim", path: TokenPath(side));
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("user")]
    public async Task The_stored_secret_is_kept_for_its_own_configuration_alone(string side)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        (ApiClient kim, _) = await EnabledAsync(server, side);
        foreach (string body in new[] { Keep.Replace("Default", "none", StringComparison.Ordinal), Keep.Replace("Redacted", "AES-256-GCM", StringComparison.Ordinal) })
        {
            (await kim.PostAsync($"/{side}/totp/save", With(body, "current_password", ApiServer.Password))).ShouldBe(400);
        }

        (await kim.PostAsync($"/{side}/totp/save", With(Keep, "current_password", ApiServer.Password))).ShouldBe(200);
    }

    private static async Task ChangePasswordAsync(ApiServer server, string side)
    {
        AccountServices services = server.Parts.Services;
        ObjectStatus status = side == "admin"
            ? (await services.Admins.UpdateAsync("kim", (await services.Admins.FindAsync("kim", ChangeContext.Operator, CancellationToken.None))!.Value with { Password = "another horse 2" }, null, ChangeContext.Operator, CancellationToken.None)).Status
            : (await services.Users.UpdateAsync("kim", (await services.Users.FindAsync("kim", ChangeContext.Operator, CancellationToken.None))!.Value with { Password = "another horse 2" }, null, ChangeContext.Operator, CancellationToken.None)).Status;
        status.ShouldBe(ObjectStatus.Done);
    }

    private static string TokenPath(string side) => side == "admin" ? "/api/v2/token" : "/api/v2/user/token";

    private static string Save(string secret) => $$$"""{"enabled":true,"config_name":"Default","secret":{"status":"Plain","payload":"{{{secret}}}"},"protocols":["HTTP"]}""";

    private static string With(string body, string field, string value)
    {
        JsonNode node = JsonNode.Parse(body)!;
        node[field] = value;
        return node.ToJsonString();
    }

    private static async Task<string[]> CodesAsync(ApiClient client, string side, string body) =>
        [.. (await client.PostAsync($"/{side}/2fa/recoverycodes", body)).ShouldBe(200).Json.AsArray().Select(code => code!.GetValue<string>())];

    private static async Task<ApiClient> NewAsync(ApiServer server, string side)
    {
        if (side == "admin")
        {
            await server.AddAdminAsync("kim", "*");
        }
        else
        {
            await server.AddUserAsync("kim");
        }

        return await server.LoginAsync("kim", path: TokenPath(side));
    }

    private static async Task<(ApiClient Client, string Secret)> EnabledAsync(ApiServer server, string side)
    {
        ApiClient kim = await NewAsync(server, side);
        string secret = await ValidatedAsync(server, kim, side);
        (await kim.PostAsync($"/{side}/totp/save", Save(secret))).ShouldBe(200);
        return (kim, secret);
    }

    private static async Task<string> ValidatedAsync(ApiServer server, ApiClient client, string side)
    {
        string secret = (await client.PostAsync($"/{side}/totp/generate", "{}")).ShouldBe(200).Json["secret"]!.GetValue<string>();
        string code = SecondFactorSetup.CodeOf(secret, server.Time.GetUtcNow());
        (await client.PostAsync($"/{side}/totp/validate", $$"""{"config_name":"Default","passcode":"{{code}}","secret":"{{secret}}"}""")).ShouldBe(200);
        return secret;
    }
}
