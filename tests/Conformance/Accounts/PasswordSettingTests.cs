using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Accounts;

/// <summary>What is configured about passwords reaches those who are given one (H1–H3, H23–H26).</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class PasswordSettingTests
{
    private const string Script = "accounts_logins.py";

    [Theory]
    [InlineData("$2a$10$", "passwords.bcrypt_cost=10")]
    [InlineData("$2a$12$", "passwords.bcrypt_cost=12")]
    [InlineData("$argon2id$v=19$m=1024,t=2,p=1$", "passwords.algorithm=argon2id", "passwords.argon2_memory=1024", "passwords.argon2_iterations=2", "passwords.argon2_parallelism=1")]
    public async Task New_hashes_are_made_as_configured_and_open_the_account(string start, params string[] settings)
    {
        await using HpcServerProcess server = await AccountsServer.StartNewAsync(settings);
        await AccountsServer.RunAsync(server, Script, "hashing", arguments: start);
    }

    [Fact]
    public async Task Rules_are_the_configured_ones_for_users_and_others_for_administrators()
    {
        await using HpcServerProcess server = await AccountsServer.StartNewAsync("passwords.users.length=10", "passwords.users.digits=1", "passwords.admins.length=14", "passwords.admins.min_entropy=40");
        await AccountsServer.RunAsync(server, Script, "password_rules");
    }
}
