using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Accounts;

/// <summary>Users made by REST log in, or do not, by the rules that they were given (F11, F16, F23, F27–F30, F40, F54, L7, L8).</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class LoginTests(AccountsServer server)
{
    private const string Script = "accounts_logins.py";

    [Fact]
    public Task Two_keys_open_an_account_and_a_third_does_not() => server.RunAsync(Script, "keys");

    [Fact]
    public Task Methods_addresses_protocols_expiry_and_state_decide_who_logs_in() => server.RunAsync(Script, "rules");

    [Fact]
    public Task A_key_and_then_the_password_log_in_and_neither_alone_does() => server.RunAsync(Script, "steps");

    [Fact]
    public Task Groups_give_homes_permissions_and_folders() => server.RunAsync(Script, "groups");

    [Fact]
    public Task An_administrator_with_a_role_reaches_the_users_of_that_role_alone() => server.RunAsync(Script, "roles");

    [Fact]
    public Task A_code_of_a_second_factor_is_asked_for_and_good_once()
    {
        Require.Tool("oathtool");
        return server.RunAsync(Script, "second_factor");
    }

    [Fact]
    public Task OpenSSH_asks_for_the_password_and_the_code()
    {
        Require.Tool("oathtool");
        return server.RunAsync(Script, "openssh_code");
    }

    [Fact]
    public Task An_API_key_acts_for_its_user_until_it_ends() => server.RunAsync(Script, "api_keys");
}
