using System.Net;
using System.Text.Json.Nodes;
using Hpc.Accounts.Objects;

namespace Hpc.HttpApi.Tests;

public sealed class SelfServiceTests
{
    [Fact]
    public async Task The_own_password_is_changed_with_the_one_before()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.AddAdminAsync("kim", "view_status");
        ApiClient kim = await server.LoginAsync("kim");
        ApiClient elsewhere = await server.LoginAsync("kim");
        (await kim.PutAsync("/admin/changepwd", """{"current_password":"wrong","new_password":"another horse 2"}""")).ShouldBe(400);
        (await kim.PutAsync("/admin/changepwd", $$"""{"current_password":"{{ApiServer.Password}}","new_password":""}""")).ShouldBe(400);
        (await kim.PutAsync("/admin/changepwd", """{"current_password":7}""")).ShouldBe(400);
        (await kim.PutAsync("/admin/changepwd", $$"""{"current_password":"{{ApiServer.Password}}","new_password":"another horse 2"}""")).ShouldBe(200);
        (await kim.GetAsync("/version")).ShouldBe(401);
        (await elsewhere.GetAsync("/version")).ShouldBe(401);
        using HttpResponseMessage before = await server.AskForTokenAsync("kim", ApiServer.Password);
        before.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await server.LoginAsync("kim", "another horse 2");
    }

    [Fact]
    public async Task The_own_profile_is_read_and_changed()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiClient kim = await server.AdminAsync("view_status");
        (await kim.PutAsync("/admin/profile", """{"email":"kim@example.org","description":"it is me","allow_api_key_auth":true}""")).ShouldBe(200);
        JsonNode profile = (await kim.GetAsync("/admin/profile")).ShouldBe(200).Json;
        profile["email"]!.GetValue<string>().ShouldBe("kim@example.org");
        profile["allow_api_key_auth"]!.GetValue<bool>().ShouldBeTrue();
        (await kim.PutAsync("/admin/profile", """{"email":"nobody"}""")).ShouldBe(400).Json["errors"]![0]!["path"]!.GetValue<string>().ShouldBe("email");
        (await server.Anonymous.GetAsync("/admin/profile")).ShouldBe(401);
    }

    [Fact]
    public async Task A_second_factor_is_set_up_used_and_switched_off()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.AddAdminAsync("kim", "*");
        ApiClient kim = await server.LoginAsync("kim");
        ApiClient elsewhere = await server.LoginAsync("kim");
        (await kim.GetAsync("/admin/totp/configs")).ShouldBe(200).Json[0]!["name"]!.GetValue<string>().ShouldBe("Default");
        (await kim.PostAsync("/admin/totp/generate", """{"config_name":"none"}""")).ShouldBe(400);
        JsonNode made = (await kim.PostAsync("/admin/totp/generate", """{"config_name":"Default"}""")).ShouldBe(200).Json;
        string secret = made["secret"]!.GetValue<string>();
        made["url"]!.GetValue<string>().ShouldContain(secret);
        Convert.FromBase64String(made["qr_code"]!.GetValue<string>())[1..4].ShouldBe("PNG"u8.ToArray());

        string save = $$$"""{"enabled":true,"config_name":"Default","secret":{"status":"Plain","payload":"{{{secret}}}"}}""";
        (await kim.PostAsync("/admin/totp/save", save)).ShouldBe(400).Body.ShouldNotContain(secret);
        (await kim.PostAsync("/admin/totp/validate", $$"""{"config_name":"Default","passcode":"000000","secret":"{{secret}}"}""")).ShouldBe(400);
        string code = SecondFactorSetup.CodeOf(secret, server.Time.GetUtcNow());
        (await kim.PostAsync("/admin/totp/validate", $$"""{"config_name":"Default","passcode":"{{code}}","secret":"{{secret}}"}""")).ShouldBe(200);
        (await kim.PostAsync("/admin/totp/save", save)).ShouldBe(200);
        (await elsewhere.GetAsync("/version")).ShouldBe(401);

        JsonArray codes = (await kim.GetAsync("/admin/2fa/recoverycodes")).ShouldBe(200).Json.AsArray();
        codes.Count.ShouldBe(12);
        string recovery = codes[0]!["code"]!.GetValue<string>();
        (await kim.GetAsync("/admins/kim")).ShouldBe(200).Body.ShouldNotContain(recovery);
        using HttpResponseMessage without = await server.AskForTokenAsync("kim", ApiServer.Password);
        without.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        ApiClient recovered = await server.LoginAsync("kim", passcode: recovery);
        using HttpResponseMessage again = await server.AskForTokenAsync("kim", ApiServer.Password, passcode: recovery);
        again.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await recovered.GetAsync("/admin/2fa/recoverycodes")).ShouldBe(200).Json[0]!["used"]!.GetValue<bool>().ShouldBeTrue();
        string proof = $$"""{"current_password":"{{ApiServer.Password}}"}""";
        (await kim.PostAsync("/admin/2fa/recoverycodes", proof)).ShouldBe(200).Json.AsArray().Count.ShouldBe(12);

        (await recovered.PostAsync("/admin/totp/save", """{"enabled":false}""")).ShouldBe(403);
        (await recovered.PostAsync("/admin/totp/save", $$"""{"enabled":false,"current_password":"{{ApiServer.Password}}"}""")).ShouldBe(200);
        await server.LoginAsync("kim");
        (await recovered.PostAsync("/admin/2fa/recoverycodes")).ShouldBe(403);
    }

    [Fact]
    public async Task A_proof_of_one_account_is_none_of_another()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiClient kim = await server.AdminAsync();
        ApiClient lee = await server.AdminAsync();
        string secret = (await kim.PostAsync("/admin/totp/generate", "{}")).ShouldBe(200).Json["secret"]!.GetValue<string>();
        string code = SecondFactorSetup.CodeOf(secret, server.Time.GetUtcNow());
        (await kim.PostAsync("/admin/totp/validate", $$"""{"passcode":"{{code}}","secret":"{{secret}}"}""")).ShouldBe(200);
        string save = $$$"""{"enabled":true,"config_name":"Default","secret":{"status":"Plain","payload":"{{{secret}}}"}}""";
        (await lee.PostAsync("/admin/totp/save", save)).ShouldBe(400);
        (await kim.PostAsync("/admin/totp/save", save)).ShouldBe(200);
    }

    [Fact]
    public async Task Second_factors_of_others_are_switched_off_by_who_may()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await SecondFactorSetup.EnableAsync(server, await server.AddAdminAsync("kim", "view_users"));
        await server.AddUserAsync("lee");
        ApiClient admin = await server.AdminAsync();
        (await (await server.AdminAsync("disable_mfa")).PutAsync("/admins/kim/2fa/disable")).ShouldBe(403);
        (await admin.PutAsync("/admins/kim/2fa/disable")).ShouldBe(200);
        await server.LoginAsync("kim");
        (await admin.PutAsync("/admins/nobody/2fa/disable")).ShouldBe(404);
        (await (await server.AdminAsync("edit_users")).PutAsync("/users/lee/2fa/disable")).ShouldBe(403);
        (await (await server.AdminAsync("disable_mfa")).PutAsync("/users/lee/2fa/disable")).ShouldBe(200);
        (await admin.PutAsync("/users/nobody/2fa/disable")).ShouldBe(404);
    }

    [Fact]
    public async Task Who_must_choose_a_password_or_a_second_factor_first_does_nothing_else()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.AddAdminAsync(new Admin { Username = "fresh", Permissions = ["*"], Filters = new AdminFilters { RequirePasswordChange = true } });
        ApiClient fresh = await server.LoginAsync("fresh");
        (await fresh.GetAsync("/users")).ShouldBe(403);
        (await fresh.GetAsync("/admin/profile")).ShouldBe(403);
        (await fresh.PutAsync("/admin/changepwd", $$"""{"current_password":"{{ApiServer.Password}}","new_password":"another horse 2"}""")).ShouldBe(200);
        (await (await server.LoginAsync("fresh", "another horse 2")).GetAsync("/users")).ShouldBe(200);

        await server.AddAdminAsync(new Admin { Username = "bare", Permissions = ["*"], Filters = new AdminFilters { RequireTwoFactor = true } });
        ApiClient bare = await server.LoginAsync("bare");
        (await bare.GetAsync("/users")).ShouldBe(403);
        string secret = (await bare.PostAsync("/admin/totp/generate", "{}")).ShouldBe(200).Json["secret"]!.GetValue<string>();
        string code = SecondFactorSetup.CodeOf(secret, server.Time.GetUtcNow());
        (await bare.PostAsync("/admin/totp/validate", $$"""{"passcode":"{{code}}","secret":"{{secret}}"}""")).ShouldBe(200);
        (await bare.PostAsync("/admin/totp/save", $$$"""{"enabled":true,"config_name":"Default","secret":{"status":"Plain","payload":"{{{secret}}}"}}""")).ShouldBe(200);
        (await bare.GetAsync("/users")).ShouldBe(200);
    }

    [Fact]
    public async Task A_forgotten_password_is_replaced_with_a_code_from_the_mail()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.AddAdminAsync(new Admin { Username = "kim", Permissions = ["*"], Email = "kim@example.org" });
        string known = (await server.Anonymous.PostAsync("/admins/kim/forgot-password")).ShouldBe(200).Body;
        (await server.Anonymous.PostAsync("/admins/nobody/forgot-password")).ShouldBe(200).Body.ShouldBe(known);
        (await server.Anonymous.PostAsync("/users/nobody/forgot-password")).ShouldBe(200).Body.ShouldBe(known);
        server.Mail.Sent.Count.ShouldBe(1);
        (string address, string account, string code) = server.Mail.Sent.Single();
        (address, account).ShouldBe(("kim@example.org", "kim"));
        known.ShouldNotContain(code);
        (await server.Anonymous.PostAsync("/admins/kim/reset-password", """{"code":"wrong","password":"another horse 2"}""")).ShouldBe(403);
        (await server.Anonymous.PostAsync("/admins/nobody/reset-password", $$"""{"code":"{{code}}","password":"another horse 2"}""")).ShouldBe(403);
        (await server.Anonymous.PostAsync("/users/kim/reset-password", $$"""{"code":"{{code}}","password":"another horse 2"}""")).ShouldBe(403);
        (await server.Anonymous.PostAsync("/admins/kim/reset-password", $$"""{"code":"{{code}}","password":"another horse 2"}""")).ShouldBe(200);
        await server.LoginAsync("kim", "another horse 2");
        (await server.Anonymous.PostAsync("/admins/kim/reset-password", $$"""{"code":"{{code}}","password":"third horse 3"}""")).ShouldBe(403);
    }

    [Fact]
    public async Task A_server_without_mail_says_so()
    {
        await using ApiServer server = await ApiServer.StartAsync(replace: parts => parts with { SendsMail = false });
        (await server.Anonymous.PostAsync("/admins/kim/forgot-password")).ShouldBe(501);
        (await server.Anonymous.PostAsync("/users/kim/forgot-password")).ShouldBe(501);
        (await server.Anonymous.PostAsync("/users/kim/reset-password", """{"code":"x","password":"y"}""")).ShouldBe(501);
        (await server.Anonymous.PostAsync("/admins/kim/reset-password", """{"code":"x","password":"y"}""")).ShouldBe(501);
    }
}
