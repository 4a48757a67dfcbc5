using System.Net;
using System.Text.Json.Nodes;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.HttpApi.Tests;

public sealed class UserSelfTests
{
    [Fact]
    public async Task A_user_changes_its_password_with_the_one_before()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        ApiClient elsewhere = await server.Api.UserLoginAsync("kim");
        (await kim.PutAsync("/user/changepwd", """{"current_password":"wrong","new_password":"another horse 2"}""")).ShouldBe(400);
        (await kim.PutAsync("/user/changepwd", $$"""{"current_password":"{{ApiServer.Password}}","new_password":""}""")).ShouldBe(400);
        (await kim.PutAsync("/user/changepwd", $$"""{"current_password":"{{ApiServer.Password}}","new_password":"{{ApiServer.Password}}"}""")).ShouldBe(400);
        (await kim.PutAsync("/user/changepwd", $$"""{"current_password":"{{ApiServer.Password}}","new_password":"another horse 2"}""")).ShouldBe(200);
        (await kim.GetAsync("/user/profile")).ShouldBe(401);
        (await elsewhere.GetAsync("/user/profile")).ShouldBe(401);
        using HttpResponseMessage before = await server.Api.AskForTokenAsync("kim", ApiServer.Password, "/api/v2/user/token");
        before.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await server.Api.UserLoginAsync("kim", "another horse 2");
    }

    [Fact]
    public async Task A_user_reads_and_changes_its_profile()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        (await kim.PutAsync("/user/profile", """{"email":"kim@example.org","description":"me","allow_api_key_auth":true}""")).ShouldBe(200);
        JsonNode profile = (await kim.GetAsync("/user/profile")).ShouldBe(200).Json;
        profile["email"]!.GetValue<string>().ShouldBe("kim@example.org");
        profile["allow_api_key_auth"]!.GetValue<bool>().ShouldBeTrue();
        profile["public_keys"]!.AsArray().ShouldBeEmpty();
        (await kim.PutAsync("/user/profile", """{"email":"nobody"}""")).ShouldBe(400);
        (await kim.PutAsync("/user/profile", """{"description":"still me"}""")).ShouldBe(200);
        (await kim.GetAsync("/user/profile")).Json["email"]!.GetValue<string>().ShouldBe("kim@example.org");
    }

    [Fact]
    public async Task Options_keep_a_user_from_changing_itself()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync(change: user => user with
        {
            Filters = user.Filters with { WebClient = ["info-change-disabled", "password-change-disabled", "mfa-disabled", "api-key-auth-change-disabled", "publickey-change-disabled"] },
        });
        (await kim.PutAsync("/user/profile", """{"description":"me"}""")).ShouldBe(403);
        (await kim.PutAsync("/user/profile", """{"allow_api_key_auth":true}""")).ShouldBe(403);
        (await kim.PutAsync("/user/changepwd", $$"""{"current_password":"{{ApiServer.Password}}","new_password":"another horse 2"}""")).ShouldBe(403);
        (await kim.GetAsync("/user/totp/configs")).ShouldBe(403);
        (await kim.PostAsync("/user/totp/generate", "{}")).ShouldBe(403);
        (await kim.PostAsync("/user/totp/save", "{}")).ShouldBe(403);
        (await kim.PostAsync("/user/2fa/recoverycodes")).ShouldBe(403);
        (await kim.GetAsync("/user/profile")).ShouldBe(200);
    }

    [Fact]
    public async Task A_second_factor_is_set_up_used_and_switched_off()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        ApiClient lee = await server.UserAsync("lee");
        (await kim.GetAsync("/user/totp/configs")).ShouldBe(200).Json[0]!["name"]!.GetValue<string>().ShouldBe("Default");
        (await kim.PostAsync("/user/2fa/recoverycodes")).ShouldBe(403);
        (await kim.GetAsync("/user/2fa/recoverycodes")).ShouldBe(200).Json.AsArray().ShouldBeEmpty();
        JsonNode made = (await kim.PostAsync("/user/totp/generate", """{"config_name":"Default"}""")).ShouldBe(200).Json;
        Convert.FromBase64String(made["qr_code"]!.GetValue<string>())[1..4].ShouldBe("PNG"u8.ToArray());
        string secret = made["secret"]!.GetValue<string>();
        string save = $$$"""{"enabled":true,"config_name":"Default","secret":{"status":"Plain","payload":"{{{secret}}}"},"protocols":["HTTP"]}""";
        (await kim.PostAsync("/user/totp/save", save)).ShouldBe(400);
        string code = SecondFactorSetup.CodeOf(secret, server.Api.Time.GetUtcNow());
        (await kim.PostAsync("/user/totp/validate", $$"""{"config_name":"Default","passcode":"{{code}}","secret":"{{secret}}"}""")).ShouldBe(200);
        (await lee.PostAsync("/user/totp/save", save)).ShouldBe(400);
        (await kim.PostAsync("/user/totp/save", save)).ShouldBe(200);
        (await kim.GetAsync("/user/2fa/recoverycodes")).ShouldBe(200).Json.AsArray().Count.ShouldBe(12);
        using HttpResponseMessage without = await server.Api.AskForTokenAsync("kim", ApiServer.Password, "/api/v2/user/token");
        without.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        ApiClient again = await server.Api.LoginAsync("kim", path: "/api/v2/user/token", passcode: SecondFactorSetup.CodeOf(secret, server.Api.Time.GetUtcNow()));

        // The password is right although a code would be asked for.
        (await again.PutAsync("/user/changepwd", """{"current_password":"wrong","new_password":"another horse 2"}""")).ShouldBe(400);
        (await again.PostAsync("/user/totp/save", """{"enabled":false}""")).ShouldBe(403);
        (await again.PostAsync("/user/totp/save", $$"""{"enabled":false,"current_password":"{{ApiServer.Password}}"}""")).ShouldBe(200);
        await server.Api.UserLoginAsync("kim");
    }

    [Fact]
    public async Task An_api_key_uses_files_and_shares_and_changes_nothing_else()
    {
        await using FileServer server = await FileServer.StartAsync();
        await server.Api.AddUserAsync("kim", user => user with { Filters = user.Filters with { AllowApiKeyAuth = true } });
        ObjectResult<ApiKey> added = await server.Api.Parts.Services.ApiKeys.AddAsync(new ApiKey { Name = "key", Scope = 2, User = "kim" }, ChangeContext.Operator, CancellationToken.None);
        added.Status.ShouldBe(ObjectStatus.Done, added.Message);
        var key = new ApiClient(server.Api, "kim", null, added.Value!.Value.Key);
        (await key.PostAsync("/user/dirs?path=/d")).ShouldBe(201);
        (await key.GetAsync("/user/dirs")).ShouldBe(200).Json.AsArray().Count.ShouldBe(1);
        (await key.GetAsync("/user/shares")).ShouldBe(200);
        server.Sessions.Requests.First().Method.ShouldBe(Hpc.Accounts.Authentication.LoginMethod.ApiKey);
        foreach ((string method, string path) in new[]
        {
            ("GET", "/user/profile"), ("PUT", "/user/profile"), ("PUT", "/user/changepwd"), ("GET", "/user/2fa/recoverycodes"), ("POST", "/user/2fa/recoverycodes"),
            ("GET", "/user/totp/configs"), ("POST", "/user/totp/generate"), ("POST", "/user/totp/validate"), ("POST", "/user/totp/save"), ("GET", "/user/logout"),
        })
        {
            (await key.SendAsync(method, path, method == "GET" ? null : "{}")).ShouldBe(403);
        }
    }

    [Fact]
    public async Task A_login_that_must_choose_a_password_does_nothing_else()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync(change: user => user with { Filters = user.Filters with { RequirePasswordChange = true } });
        (await kim.GetAsync("/user/dirs")).ShouldBe(403);
        (await kim.GetAsync("/user/shares")).ShouldBe(403);
        (await kim.PostAsync("/user/files/upload?path=/f", "x")).ShouldBe(403);
        (await kim.PutAsync("/user/changepwd", $$"""{"current_password":"{{ApiServer.Password}}","new_password":"another horse 2"}""")).ShouldBe(200);
        (await (await server.Api.UserLoginAsync("kim", "another horse 2")).GetAsync("/user/dirs")).ShouldBe(200);
    }

    [Fact]
    public async Task A_disabled_user_does_nothing()
    {
        await using FileServer server = await FileServer.StartAsync();
        ApiClient kim = await server.UserAsync();
        User stored = (await server.Api.Parts.Services.Users.FindAsync("kim", ChangeContext.Operator, CancellationToken.None))!.Value;
        await server.Api.Parts.Services.Users.UpdateAsync("kim", stored with { Status = 0, Password = null }, null, ChangeContext.Operator, CancellationToken.None);
        (await kim.GetAsync("/user/dirs")).ShouldBe(401);
        (await kim.GetAsync("/user/profile")).ShouldBe(401);
    }
}
