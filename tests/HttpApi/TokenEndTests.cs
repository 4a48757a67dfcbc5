using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.HttpApi.Tests;

/// <summary>What ends tokens for good, and what does not end them.</summary>
public sealed class TokenEndTests
{
    [Fact]
    public async Task A_new_hash_of_the_same_password_ends_no_token()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        Admin stored = await server.AddAdminAsync("kim", "*");
        Admin other = await server.AddAdminAsync("lee", "*");
        ApiClient kim = await server.LoginAsync("kim");
        await server.Parts.Services.AdminUpkeep.RehashAsync("kim", stored.Password!, other.Password!, CancellationToken.None);
        (await server.Parts.Services.Admins.FindAsync("kim", ChangeContext.Operator, CancellationToken.None))!.Value.Password.ShouldBe(other.Password);
        (await kim.GetAsync("/version")).ShouldBe(200);

        User user = await server.AddUserAsync("kim");
        ApiClient userKim = await server.UserLoginAsync("kim");
        await server.Parts.Services.UserUpkeep.RehashAsync("kim", user.Password!, other.Password!, CancellationToken.None);
        (await userKim.GetAsync("/user/profile")).ShouldBe(200);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_administrator_who_is_enabled_again_or_back_in_its_role_has_no_token_of_before(bool isByRole)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.Parts.Services.Roles.AddAsync(new Role { Name = "branch" }, ChangeContext.Operator, CancellationToken.None);
        Admin stored = (await server.AddAdminAsync("kim", "view_users")) with { Password = null };
        ApiClient boss = await server.AdminAsync();
        ApiClient kim = await server.LoginAsync("kim");
        (await kim.GetAsync("/users")).ShouldBe(200);
        Admin other = isByRole ? stored with { Role = "branch" } : stored with { Status = 0 };
        (await boss.PutAsync("/admins/kim", ApiServer.Json(other, AccountsJson.Default.Admin))).ShouldBe(200);
        (await boss.PutAsync("/admins/kim", ApiServer.Json(stored, AccountsJson.Default.Admin))).ShouldBe(200);
        (await kim.GetAsync("/users")).ShouldBe(401);
        (await (await server.LoginAsync("kim")).GetAsync("/users")).ShouldBe(200);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_user_who_is_enabled_again_or_back_in_its_role_has_no_token_of_before(bool isByRole)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.Parts.Services.Roles.AddAsync(new Role { Name = "branch" }, ChangeContext.Operator, CancellationToken.None);
        User stored = (await server.AddUserAsync("kim")) with { Password = null };
        ApiClient boss = await server.AdminAsync();
        ApiClient kim = await server.UserLoginAsync("kim");
        (await kim.GetAsync("/user/profile")).ShouldBe(200);
        User other = isByRole ? stored with { Role = "branch" } : stored with { Status = 0 };
        (await boss.PutAsync("/users/kim", ApiServer.Json(other, AccountsJson.Default.User))).ShouldBe(200);
        (await boss.PutAsync("/users/kim", ApiServer.Json(stored, AccountsJson.Default.User))).ShouldBe(200);
        (await kim.GetAsync("/user/profile")).ShouldBe(401);
        (await (await server.UserLoginAsync("kim")).GetAsync("/user/profile")).ShouldBe(200);
    }

    [Theory]
    [InlineData("admins")]
    [InlineData("users")]
    public async Task Tokens_and_sessions_end_however_the_name_in_the_path_is_written(string kind)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        Admin admin = (await server.AddAdminAsync("kim", "view_users")) with { Password = null };
        User user = (await server.AddUserAsync("kim")) with { Password = null };
        ApiClient boss = await server.AdminAsync();
        ApiClient kim = kind == "admins" ? await server.LoginAsync("kim") : await server.UserLoginAsync("kim");
        server.Connections.Add("SFTP_1", "kim");
        foreach (int status in new[] { 0, 1 })
        {
            string body = kind == "admins" ? ApiServer.Json(admin with { Status = status }, AccountsJson.Default.Admin) : ApiServer.Json(user with { Status = status }, AccountsJson.Default.User);
            (await boss.PutAsync($"/{kind}/kim%20?disconnect=1", body)).ShouldBe(200);
        }

        (await kim.GetAsync(kind == "admins" ? "/users" : "/user/profile")).ShouldBe(401);
        server.Connections.All.IsEmpty.ShouldBe(kind == "users");
    }

    [Theory]
    [InlineData("admins")]
    [InlineData("users")]
    public async Task A_dump_with_another_password_of_the_same_date_ends_tokens(string kind)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        Admin admin = await server.AddAdminAsync("kim", "*");
        User user = await server.AddUserAsync("kim");
        ApiClient boss = await server.AdminAsync();
        ApiClient kim = kind == "admins" ? await server.LoginAsync("kim") : await server.UserLoginAsync("kim");
        string other = (await server.AddAdminAsync("lee", "*")).Password!;
        string one = kind == "admins" ? ApiServer.Json(admin with { Password = other }, AccountsJson.Default.Admin) : ApiServer.Json(user with { Password = other }, AccountsJson.Default.User);
        (await boss.PostAsync("/loaddata", $$"""{"version":17,"{{kind}}":[{{one}}]}""")).ShouldBe(200);
        (await kim.GetAsync(kind == "admins" ? "/version" : "/user/profile")).ShouldBe(401);
    }

    [Fact]
    public async Task A_token_that_was_seen_while_its_account_was_disabled_elsewhere_does_not_come_back()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        Admin admin = (await server.AddAdminAsync("kim", "*")) with { Password = null };
        User user = (await server.AddUserAsync("kim")) with { Password = null };
        AccountServices services = server.Parts.Services;
        ApiClient kim = await server.LoginAsync("kim");
        ApiClient userKim = await server.UserLoginAsync("kim");
        foreach (int status in new[] { 0, 1 })
        {
            (await services.Admins.UpdateAsync("kim", admin with { Status = status }, null, ChangeContext.Operator, CancellationToken.None)).Status.ShouldBe(ObjectStatus.Done);
            (await services.Users.UpdateAsync("kim", user with { Status = status }, null, ChangeContext.Operator, CancellationToken.None)).Status.ShouldBe(ObjectStatus.Done);
            (await kim.GetAsync("/version")).ShouldBe(401);
            (await userKim.GetAsync("/user/profile")).ShouldBe(401);
        }
    }

    [Fact]
    public async Task An_ordinary_change_of_an_account_ends_no_token()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        Admin admin = (await server.AddAdminAsync("kim", "*")) with { Password = null, Description = "changed" };
        User user = (await server.AddUserAsync("kim")) with { Password = null, Description = "changed" };
        ApiClient boss = await server.AdminAsync();
        ApiClient kim = await server.LoginAsync("kim");
        ApiClient userKim = await server.UserLoginAsync("kim");
        (await boss.PutAsync("/admins/kim", ApiServer.Json(admin, AccountsJson.Default.Admin))).ShouldBe(200);
        (await boss.PutAsync("/users/kim", ApiServer.Json(user, AccountsJson.Default.User))).ShouldBe(200);
        (await kim.GetAsync("/version")).ShouldBe(200);
        (await userKim.GetAsync("/user/profile")).ShouldBe(200);
    }

    [Theory]
    [InlineData("password", 401)]
    [InlineData("publickey", 200)]
    [InlineData("password-over-SSH", 200)]
    public async Task A_users_token_ends_where_passwords_are_denied(string method, int status) // R2.8
    {
        await using ApiServer server = await ApiServer.StartAsync();
        User stored = await server.AddUserAsync("kim");
        ApiClient kim = await server.UserLoginAsync("kim");
        User changed = stored with { Password = null, Filters = stored.Filters with { DeniedLoginMethods = [method] } };
        ObjectResult<User> done = await server.Parts.Services.Users.UpdateAsync("kim", changed, null, ChangeContext.Operator, CancellationToken.None);
        done.Status.ShouldBe(ObjectStatus.Done, done.Message);
        (await kim.GetAsync("/user/profile")).ShouldBe(status);
    }
}
