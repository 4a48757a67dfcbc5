using System.Net;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.HttpApi.Tests;

public sealed class TokenTests
{
    [Fact]
    public async Task An_administrator_gets_a_token_for_name_and_password()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiClient admin = await server.AdminAsync();
        ApiAnswer version = (await admin.GetAsync("/version")).ShouldBe(200);
        version.Json["version"]!.GetValue<string>().ShouldBe("1.2.3");
        version.Headers["Cache-Control"].ShouldBe("no-store");
        version.Headers["X-Content-Type-Options"].ShouldBe("nosniff");
    }

    [Fact]
    public async Task Wrong_unknown_and_disabled_are_one_answer()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.AddAdminAsync("kim", "*");
        Admin off = await server.AddAdminAsync("off", "*");
        await server.Parts.Services.Admins.UpdateAsync("off", off with { Status = 0, Password = null }, null, ChangeContext.Operator, CancellationToken.None);
        var answers = new List<string>();
        foreach ((string name, string password) in new[] { ("kim", "wrong"), ("nobody", ApiServer.Password), ("off", ApiServer.Password), ("", ""), ("kim", "") })
        {
            using HttpResponseMessage response = await server.AskForTokenAsync(name, password);
            response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            response.Headers.WwwAuthenticate.ToString().ShouldStartWith("Basic");
            answers.Add(await response.Content.ReadAsStringAsync());
        }

        answers.Distinct().Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("/version")]
    [InlineData("/users")]
    [InlineData("/logout")]
    public async Task Nothing_opens_without_a_token(string path)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        (await server.Anonymous.GetAsync(path)).ShouldBe(401).Headers.ContainsKey("WWW-Authenticate").ShouldBeTrue();
        (await new ApiClient(server, "", "").GetAsync(path)).ShouldBe(401);
        (await new ApiClient(server, "", new string('a', 43)).GetAsync(path)).ShouldBe(401);
        (await new ApiClient(server, "", "eyJhbGciOiJub25lIn0.eyJ1c2VybmFtZSI6ImFkbWluIn0.").GetAsync(path)).ShouldBe(401);
    }

    [Fact]
    public async Task A_token_ends_with_its_time()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiClient admin = await server.AdminAsync();
        server.Time.Advance(TimeSpan.FromMinutes(20) - TimeSpan.FromSeconds(1));
        (await admin.GetAsync("/version")).ShouldBe(200);
        server.Time.Advance(TimeSpan.FromSeconds(1));
        (await admin.GetAsync("/version")).ShouldBe(401);
    }

    [Fact]
    public async Task A_token_lives_no_longer_than_720_minutes()
    {
        await using ApiServer server = await ApiServer.StartAsync(options => options with { Tokens = new TokenOptions { Lifetime = TimeSpan.FromDays(30) } });
        ApiClient admin = await server.AdminAsync();
        server.Time.Advance(TimeSpan.FromMinutes(720));
        (await admin.GetAsync("/version")).ShouldBe(401);
    }

    [Fact]
    public async Task Logout_makes_the_token_void_on_every_node()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await using ApiServer other = await ApiServer.StartAsync(replace: _ => server.Parts);
        ApiClient admin = await server.AdminAsync();
        ApiClient elsewhere = new(other, admin.Name, admin.Token);
        (await elsewhere.GetAsync("/version")).ShouldBe(200);
        (await admin.GetAsync("/logout")).ShouldBe(200);
        (await admin.GetAsync("/version")).ShouldBe(401);
        (await elsewhere.GetAsync("/version")).ShouldBe(401);
        (await admin.GetAsync("/logout")).ShouldBe(401);
    }

    [Fact]
    public async Task A_new_password_a_disabled_account_and_a_new_role_make_tokens_void()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.Parts.Services.Roles.AddAsync(new Role { Name = "branch" }, ChangeContext.Operator, CancellationToken.None);
        var changes = new Dictionary<string, Func<Admin, Admin>>
        {
            ["password"] = static admin => admin with { Password = "another horse 2" },
            ["status"] = static admin => admin with { Status = 0, Password = null },
            ["role"] = static admin => admin with { Role = "branch", Password = null },
        };
        foreach ((string name, Func<Admin, Admin> change) in changes)
        {
            Admin stored = await server.AddAdminAsync(name, "view_users");
            ApiClient admin = await server.LoginAsync(name);
            (await admin.GetAsync("/users")).ShouldBe(200);
            ObjectResult<Admin> changed = await server.Parts.Services.Admins.UpdateAsync(name, change(stored), null, ChangeContext.Operator, CancellationToken.None);
            changed.Status.ShouldBe(ObjectStatus.Done, changed.Message);
            (await admin.GetAsync("/users")).ShouldBe(401);
        }
    }

    [Fact]
    public async Task A_permission_that_is_taken_away_is_gone_with_the_next_request()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        Admin stored = await server.AddAdminAsync("kim", "view_users", "view_status");
        ApiClient admin = await server.LoginAsync("kim");
        (await admin.GetAsync("/users")).ShouldBe(200);
        await server.Parts.Services.Admins.UpdateAsync("kim", stored with { Permissions = ["view_status"], Password = null }, null, ChangeContext.Operator, CancellationToken.None);
        (await admin.GetAsync("/users")).ShouldBe(403);
    }

    [Fact]
    public async Task An_account_that_takes_the_name_of_another_does_not_take_its_tokens()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.AddAdminAsync("kim", "*");
        ApiClient admin = await server.LoginAsync("kim");
        await server.Parts.Services.Admins.DeleteAsync("kim", null, ChangeContext.Operator, CancellationToken.None);
        (await admin.GetAsync("/version")).ShouldBe(401);
        await server.AddAdminAsync("kim", "*");
        (await admin.GetAsync("/version")).ShouldBe(401);
    }

    [Fact]
    public async Task A_token_for_users_is_none_for_administrators_and_the_other_way_round()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await server.AddAdminAsync("kim", "*");
        await server.AddUserAsync("kim");
        ApiClient admin = await server.LoginAsync("kim");
        ApiClient user = await server.UserLoginAsync("kim");
        (await user.GetAsync("/version")).ShouldBe(401);
        (await user.GetAsync("/logout")).ShouldBe(401);
        (await admin.GetAsync("/user/logout")).ShouldBe(401);
        (await user.GetAsync("/user/logout")).ShouldBe(200);
        (await user.GetAsync("/user/logout")).ShouldBe(401);
        (await admin.GetAsync("/version")).ShouldBe(200);
    }

    [Fact]
    public async Task A_users_token_ends_with_what_it_was_given_for()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        var changes = new Dictionary<string, Func<User, User>>
        {
            ["password"] = static user => user with { Password = "another horse 2" },
            ["status"] = static user => user with { Status = 0, Password = null },
            ["protocol"] = static user => user with { Password = null, Filters = user.Filters with { DeniedProtocols = ["HTTP"] } },
            ["address"] = static user => user with { Password = null, Filters = user.Filters with { AllowedIp = ["192.0.2.0/24"] } },
            ["expired"] = static user => user with { Password = null, ExpirationDate = 1 },
        };
        foreach ((string name, Func<User, User> change) in changes)
        {
            User stored = await server.AddUserAsync(name);
            ApiClient user = await server.UserLoginAsync(name);
            (await user.GetAsync("/user/profile")).ShouldBe(200);
            ObjectResult<User> changed = await server.Parts.Services.Users.UpdateAsync(name, change(stored), null, ChangeContext.Operator, CancellationToken.None);
            changed.Status.ShouldBe(ObjectStatus.Done, changed.Message);
            (await user.GetAsync("/user/profile")).Status.ShouldBe(HttpStatusCode.Unauthorized, name);
        }
    }

    [Fact]
    public async Task A_token_holds_for_its_address_alone()
    {
        await using ApiServer server = await ApiServer.StartAsync(options => options with
        {
            Listeners = [options.Listeners[0] with { TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")], ClientAddressHeader = "X-Forwarded-For" }],
        });
        ApiClient admin = await server.AdminAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v2/version");
        request.Headers.Authorization = new("Bearer", admin.Token);
        request.Headers.Add("X-Forwarded-For", "192.0.2.1");
        using HttpResponseMessage elsewhere = await server.Http.SendAsync(request);
        elsewhere.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await admin.GetAsync("/version")).ShouldBe(200);
    }

    [Fact]
    public async Task The_oldest_of_too_many_tokens_is_forgotten()
    {
        await using ApiServer server = await ApiServer.StartAsync(options => options with { Tokens = new TokenOptions { PerAccount = 3 } });
        await server.AddAdminAsync("kim", "*");
        var clients = new List<ApiClient>();
        for (int i = 0; i < 5; i++)
        {
            clients.Add(await server.LoginAsync("kim"));
            server.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var alive = new List<bool>();
        foreach (ApiClient client in clients)
        {
            alive.Add((await client.GetAsync("/version")).Status == HttpStatusCode.OK);
        }

        alive.ShouldBe([false, false, true, true, true]);
    }

    [Fact]
    public async Task A_second_factor_is_asked_for_and_a_code_is_good_once()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        string secret = await SecondFactorSetup.EnableAsync(server, await server.AddAdminAsync("kim", "*"));
        using HttpResponseMessage without = await server.AskForTokenAsync("kim", ApiServer.Password);
        without.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await without.Content.ReadAsStringAsync()).ShouldContain("X-SFTPGO-OTP");
        using HttpResponseMessage wrong = await server.AskForTokenAsync("kim", ApiServer.Password, passcode: "000000");
        wrong.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        string code = SecondFactorSetup.CodeOf(secret, server.Time.GetUtcNow());
        await server.LoginAsync("kim", passcode: code);
        using HttpResponseMessage again = await server.AskForTokenAsync("kim", ApiServer.Password, passcode: code);
        again.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }
}
