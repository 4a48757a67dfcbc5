using System.Text.Json.Nodes;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Passwords;
using Hpc.Accounts.Services;

namespace Hpc.HttpApi.Tests;

/// <summary>Rules for passwords, by every way that a password comes in by.</summary>
public sealed class PasswordRuleTests
{
    private const string Weak = "abc";

    // bcrypt looks at 72 bytes: what is behind them would be no part of the password.
    private const string TooLong = "A long passphrase of seventy-three bytes, which is one more than is used.";

    private const string Strong = "another horse 2";
    private const string NewUser = """{"username":"lee","status":1,"home_dir":"/srv/lee","permissions":{"/":["*"]},"password":"abc"}""";

    private static readonly AccountServicesOptions Rules = new() { UserPasswords = new PasswordRules { Length = 10 }, AdminPasswords = new PasswordRules { Length = 12 } };

    [Theory]
    [InlineData(Weak)]
    [InlineData(TooLong)]
    public async Task A_password_of_a_user_that_will_not_do_is_refused_by_every_way(string password) // H22
    {
        await using ApiServer server = await ApiServer.StartAsync(accounts: Rules);
        User kim = await server.AddUserAsync("kim", user => user with { Email = "kim@example.org" });
        ApiClient admin = await server.AdminAsync();
        ApiClient self = await server.UserLoginAsync("kim");
        (await server.Anonymous.PostAsync("/users/kim/forgot-password")).ShouldBe(200);
        string code = server.Mail.Sent.Single().Code;

        Refused(password, await admin.PostAsync("/users", NewUser.Replace("abc", password, StringComparison.Ordinal)));
        Refused(password, await admin.PutAsync("/users/kim", ApiServer.Json(kim with { Password = password }, AccountsJson.Default.User)));
        Refused(password, await self.PutAsync("/user/changepwd", $$"""{"current_password":"{{ApiServer.Password}}","new_password":"{{password}}"}"""));
        Refused(password, await server.Anonymous.PostAsync("/users/kim/reset-password", $$"""{"code":"{{code}}","password":"{{password}}"}"""));
        Refused(password, await self.PostAsync("/user/shares", $$"""{"name":"a","scope":1,"paths":["/"],"password":"{{password}}"}"""));
        (await self.GetAsync("/user/shares")).ShouldBe(200).Json.AsArray().ShouldBeEmpty();
        (await self.PostAsync("/user/shares", $$"""{"name":"a","scope":1,"paths":["/"],"password":"{{Strong}}"}""")).ShouldBe(201);
        JsonNode share = (await self.GetAsync("/user/shares")).ShouldBe(200).Json[0]!;
        share["password"] = password;
        Refused(password, await self.PutAsync("/user/shares/" + share["id"]!.GetValue<string>(), share.ToJsonString()));

        await server.UserLoginAsync("kim");
        (await server.Anonymous.PostAsync("/users/kim/reset-password", $$"""{"code":"{{code}}","password":"{{Strong}}"}""")).ShouldBe(200);
        await server.UserLoginAsync("kim", Strong);
    }

    [Theory]
    [InlineData(Weak)]
    [InlineData(TooLong)]
    public async Task A_password_of_an_administrator_that_will_not_do_is_refused_by_every_way(string password) // H22, H25
    {
        await using ApiServer server = await ApiServer.StartAsync(accounts: Rules);
        Admin kim = await server.AddAdminAsync(new Admin { Username = "kim", Permissions = ["*"], Email = "kim@example.org" });
        ApiClient admin = await server.AdminAsync();
        ApiClient self = await server.LoginAsync("kim");
        (await server.Anonymous.PostAsync("/admins/kim/forgot-password")).ShouldBe(200);
        string code = server.Mail.Sent.Single().Code;

        Refused(password, await admin.PostAsync("/admins", """{"username":"lee","status":1,"permissions":["*"],"password":"eleven char"}""".Replace("eleven char", password.Length > 72 ? password : "eleven char", StringComparison.Ordinal)));
        Refused(password, await admin.PutAsync("/admins/kim", ApiServer.Json(kim with { Password = password }, AccountsJson.Default.Admin)));
        Refused(password, await self.PutAsync("/admin/changepwd", $$"""{"current_password":"{{ApiServer.Password}}","new_password":"{{password}}"}"""));
        Refused(password, await server.Anonymous.PostAsync("/admins/kim/reset-password", $$"""{"code":"{{code}}","password":"{{password}}"}"""));
        await server.LoginAsync("kim");
    }

    [Fact]
    public async Task Rules_for_passwords_are_changed_by_who_may_alone() // H30
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.AddUserAsync("kim");
        ApiClient without = await server.AdminAsync("view_users", "add_users", "edit_users", "manage_groups");
        ApiClient with = await server.AdminAsync("view_users", "edit_users", "manage_groups", AdminPermissionNames.SetPasswordRules);
        foreach (string rules in new[] { """{"password_strength":60}""", """{"password_policy":{"length":4}}""" })
        {
            string user = await UserWithAsync(without, rules);
            string group = $$$"""{"name":"g","user_settings":{"filters":{{{rules}}}}}""";
            (await without.PutAsync("/users/kim", user)).ShouldBe(403).Error.ShouldContain(AdminPermissionNames.SetPasswordRules);
            (await without.PostAsync("/users", user.Replace("\"kim\"", "\"lee\"", StringComparison.Ordinal))).ShouldBe(403);
            (await without.PostAsync("/groups", group)).ShouldBe(403).Error.ShouldContain(AdminPermissionNames.SetPasswordRules);
            (await with.PutAsync("/users/kim", user)).ShouldBe(200);
            (await with.PostAsync("/groups", group)).ShouldBe(201);
            (await without.PutAsync("/groups/g", """{"name":"g"}""")).ShouldBe(403);

            // As they are, they may stay.
            (await without.PutAsync("/users/kim", user)).ShouldBe(200);
            (await with.PutAsync("/users/kim", await UserWithAsync(without, "{}"))).ShouldBe(200);
            (await with.DeleteAsync("/groups/g")).ShouldBe(200);
        }
    }

    private static async Task<string> UserWithAsync(ApiClient client, string rules)
    {
        JsonNode user = (await client.GetAsync("/users/kim")).ShouldBe(200).Json;
        JsonObject filters = user["filters"]!.AsObject();
        filters.Remove("password_strength");
        filters.Remove("password_policy");
        foreach (KeyValuePair<string, JsonNode?> rule in JsonNode.Parse(rules)!.AsObject())
        {
            filters[rule.Key] = rule.Value?.DeepClone();
        }

        return user.ToJsonString();
    }

    private static void Refused(ApiAnswer answer) => Refused(Weak, answer);

    private static void Refused(string password, ApiAnswer answer)
    {
        answer.ShouldBe(400).Error.ShouldContain("password");
        answer.Body.ShouldNotContain(password);
    }
}
