using System.Text;
using Hpc.Crypto.Passwords;

namespace Hpc.Crypto.Tests.Passwords;

public sealed class BcryptTests
{
    [Theory]
    [InlineData("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK")]
    [InlineData("U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a")]
    [InlineData("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored", "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui")]
    public void Published_vectors_verify(string password, string hash)
    {
        PasswordHash.Verify(hash, Encoding.UTF8.GetBytes(password)).ShouldBeTrue();
        PasswordHash.Verify(hash.Replace("$2a$", "$2b$", StringComparison.Ordinal), Encoding.UTF8.GetBytes(password)).ShouldBeTrue();
        PasswordHash.Verify(hash.Replace("$2a$", "$2y$", StringComparison.Ordinal), Encoding.UTF8.GetBytes(password)).ShouldBeTrue();
        PasswordHash.Verify(hash, "something else"u8).ShouldBeFalse();
    }

    [Fact]
    public void The_example_of_the_specification_verifies() =>
        PasswordHash.Verify("$2a$14$ajq8Q7fbtFRQvXpdCq7Jcuy.Rx1h/L4J60Otx.gyNLbAYctGMJ9tK", "secret"u8).ShouldBeTrue();

    [Fact]
    public void What_is_hashed_verifies()
    {
        string hash = PasswordHash.HashBcrypt("pässword"u8, 4);

        hash.ShouldStartWith("$2a$04$");
        hash.Length.ShouldBe(60);
        PasswordHash.Verify(hash, "pässword"u8).ShouldBeTrue();
        PasswordHash.Verify(hash, "password"u8).ShouldBeFalse();
        PasswordHash.IsSupported(hash).ShouldBeTrue();
    }

    [Fact]
    public void New_hashes_have_cost_10() => PasswordHash.Hash("x"u8, PasswordAlgorithm.Bcrypt).ShouldStartWith("$2a$10$");

    [Fact]
    public void Passwords_of_which_bcrypt_would_ignore_an_end_are_not_hashed()
    {
        byte[] password = Encoding.ASCII.GetBytes(new string('a', 73));
        PasswordHash.CanHash(password, PasswordHashOptions.Default).ShouldBeFalse();
        Should.Throw<ArgumentException>(() => PasswordHash.HashBcrypt(password, 4));

        string hash = PasswordHash.HashBcrypt(password.AsSpan(0, 72), 4);
        PasswordHash.Verify(hash, password.AsSpan(0, 72)).ShouldBeTrue();
        PasswordHash.Verify(hash, password.AsSpan(0, 71)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(3)]
    [InlineData(17)]
    public void Costs_out_of_range_are_refused(int cost) =>
        Should.Throw<ArgumentOutOfRangeException>(() => PasswordHash.HashBcrypt("x"u8, cost));

    [Theory]
    [InlineData("$2a$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2a$17$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2a$32$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2a$+5$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe")]
    [InlineData("$2a$05$CCCCCCCCCCCCCCCCCCCCC=E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("$2a$05!CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    public void Broken_hashes_are_false_and_not_an_exception(string hash)
    {
        PasswordHash.Verify(hash, "U*U"u8).ShouldBeFalse();
        PasswordHash.IsSupported(hash).ShouldBeFalse();
    }
}
