using Hpc.Crypto.Keys;
using Hpc.Crypto.Passwords;

namespace Hpc.Accounts.Tests;

public sealed class UserAccountValidatorTests
{
    [Fact]
    public void A_good_account_has_no_errors()
    {
        using SshPrivateKey key = TestUsers.NewKey();
        UserAccount user = TestUsers.New() with { PasswordHash = PasswordHash.NewDecoy(), PublicKeys = [TestUsers.LineOf(key)], Permissions = [.. PermissionNames.All] };
        UserAccountValidator.Validate(user).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("relative/path")]
    [InlineData("/a/../b")]
    [InlineData("/a\0b")]
    [InlineData("~")]
    [InlineData("C:\\data")]
    public void A_home_directory_is_absolute(string path) =>
        Only(TestUsers.New() with { HomeDirectory = path }).Field.ShouldBe("HomeDirectory");

    [Fact]
    public void An_error_names_field_and_what_was_found_and_what_is_allowed()
    {
        string text = Only(TestUsers.New() with { Permissions = ["list", "fly\n"] }).ToString();
        text.ShouldStartWith("Permissions: found 'fly?'; allowed is one or more of *, list, download");
    }

    [Theory]
    [InlineData("plain text password")]
    [InlineData("$argon2id$v=19$m=99999999,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$2b$17$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    public void A_password_hash_is_of_a_supported_form_and_cost_and_is_not_shown(string hash)
    {
        UserAccountError error = Only(TestUsers.New() with { PasswordHash = hash });
        error.Field.ShouldBe("PasswordHash");
        error.ToString().ShouldNotContain(hash);
    }

    [Fact]
    public void A_key_that_cannot_be_read_is_named_by_its_place()
    {
        using SshPrivateKey key = TestUsers.NewKey();
        UserAccountError error = Only(TestUsers.New() with { PublicKeys = [TestUsers.LineOf(key), $"command=\"x\" {TestUsers.LineOf(key)}"] });
        error.Field.ShouldBe("PublicKeys[1]");
        error.Found.ShouldContain("'command' is not supported");
    }

    [Fact]
    public void More_than_64_keys_are_refused()
    {
        using SshPrivateKey key = TestUsers.NewKey();
        Only(TestUsers.New() with { PublicKeys = [.. Enumerable.Repeat(TestUsers.LineOf(key), 65)] }).Found.ShouldBe("65 keys");
    }

    [Fact]
    public void No_permission_at_all_is_an_error() =>
        Only(TestUsers.New() with { Permissions = [] }).Field.ShouldBe("Permissions");

    [Fact]
    public void Every_error_is_reported_at_once() =>
        UserAccountValidator.Validate(new UserAccount { UserName = "a/b", HomeDirectory = "x", PasswordHash = "x", PublicKeys = ["x"], Permissions = ["x"] })
            .Select(error => error.Field)
            .ShouldBe(["UserName", "HomeDirectory", "PasswordHash", "PublicKeys[0]", "Permissions"]);

    [Fact]
    public void Members_that_are_null_are_errors_and_not_exceptions() =>
        UserAccountValidator.Validate(new UserAccount { UserName = null!, HomeDirectory = null!, PublicKeys = null!, Permissions = null! }).Count.ShouldBe(4);

    private static UserAccountError Only(UserAccount user) => UserAccountValidator.Validate(user).ShouldHaveSingleItem();
}
