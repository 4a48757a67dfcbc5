using System.Text;
using Hpc.Crypto.Passwords;

namespace Hpc.Crypto.Tests.Passwords;

public sealed class PasswordHashTests
{
    [Theory]
    [InlineData("")]
    [InlineData("with\0zero")]
    [InlineData("\0")]
    public void Empty_passwords_and_passwords_with_NUL_are_neither_hashed_nor_verified(string password)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(password);
        Should.Throw<ArgumentException>(() => PasswordHash.Hash(bytes));
        PasswordHash.Verify(PasswordHash.HashBcrypt("with"u8, 4), bytes).ShouldBeFalse();
    }

    [Fact]
    public void A_password_of_1024_bytes_is_the_longest()
    {
        byte[] longest = [.. Enumerable.Repeat((byte)'p', 1024)];
        PasswordHash.Verify(PasswordHash.Hash(longest), longest).ShouldBeTrue();
        PasswordHash.IsUsable(new byte[1025]).ShouldBeFalse();
        Should.Throw<ArgumentException>(() => PasswordHash.Hash([.. longest, (byte)'p']));
    }

    [Fact]
    public void Spaces_at_the_ends_count() =>
        PasswordHash.Verify(PasswordHash.HashBcrypt(" x "u8, 4), "x"u8).ShouldBeFalse();

    [Theory]
    [InlineData("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "$2a$05$")]
    [InlineData("$argon2id$v=19$m=32,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=32,t=1,p=1$")]
    public void A_decoy_costs_what_the_hash_costs_and_fits_no_password(string hash, string cost)
    {
        string decoy = PasswordHash.NewDecoyLike(hash);

        PasswordHash.CostOf(hash).ShouldBe(cost);
        PasswordHash.CostOf(decoy).ShouldBe(cost);
        decoy.ShouldNotBe(hash);
        PasswordHash.Verify(decoy, "U*U"u8).ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("$")]
    [InlineData("{MD5}00")]
    public void A_hash_of_another_form_has_no_cost_and_the_decoy_of_new_hashes(string hash)
    {
        PasswordHash.CostOf(hash).ShouldBeNull();
        PasswordHash.CostOf(PasswordHash.NewDecoyLike(hash)).ShouldBe("$argon2id$v=19$m=19456,t=2,p=1$");
    }
}
