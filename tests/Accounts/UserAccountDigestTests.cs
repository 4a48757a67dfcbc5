namespace Hpc.Accounts.Tests;

public sealed class UserAccountDigestTests
{
    private static readonly UserAccount Account = TestUsers.New() with { PasswordHash = "h", PublicKeys = ["a", "b"], Permissions = ["list"], Version = 1 };

    public static TheoryData<string, UserAccount> Others => new()
    {
        { "name", Account with { UserName = "bob" } },
        { "home", Account with { HomeDirectory = "/srv/other" } },
        { "password", Account with { PasswordHash = "i" } },
        { "no password", Account with { PasswordHash = null } },
        { "empty password", Account with { PasswordHash = "" } },
        { "key", Account with { PublicKeys = ["a", "c"] } },
        { "keys run together", Account with { PublicKeys = ["ab"] } },
        { "a key that is now a permission", Account with { PublicKeys = ["a"], Permissions = ["b", "list"] } },
        { "disabled", Account with { IsEnabled = false } },
        { "expiry", Account with { ExpiresAt = DateTimeOffset.UnixEpoch } },
        { "permissions", Account with { Permissions = ["list", "download"] } },
        { "version", Account with { Version = 2 } },
    };

    [Theory]
    [MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    public void Whatever_differs_in_an_account_differs_in_its_digest(string what, UserAccount other) =>
        UserAccountDigest.Of(other).ShouldNotBe(UserAccountDigest.Of(Account), what);

    [Fact]
    public void Equal_accounts_have_equal_digests() =>
        UserAccountDigest.Of(Account with { PublicKeys = ["a", "b"], Permissions = ["list"] }).ShouldBe(UserAccountDigest.Of(Account));
}
