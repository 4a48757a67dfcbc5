using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Accounts;

/// <summary>Hashes and dumps that other programs made (H4–H20, F57, P15).</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class PasswordFormatTests(AccountsServer server)
{
    private const string Script = "accounts_dumps.py";

    [Fact]
    public Task A_hash_of_every_format_logs_in_and_is_hashed_anew()
    {
        Require.Tool("openssl", "mkpasswd", "argon2", "htpasswd");
        return server.RunAsync(Script, "formats");
    }

    [Theory]
    [InlineData("13")]
    [InlineData("17")]
    public Task A_dump_of_SFTPGo_loads_and_its_users_log_in(string version)
    {
        Require.Tool("openssl", "mkpasswd", "argon2", "htpasswd");
        return server.RunAsync(Script, "sftpgo", version);
    }

    [Fact]
    public Task Accounts_of_the_operating_system_are_converted_and_log_in()
    {
        Require.Tool("openssl", "mkpasswd");
        return server.RunAsync(Script, "convert");
    }
}
