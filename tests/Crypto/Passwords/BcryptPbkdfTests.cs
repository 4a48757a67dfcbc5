using Hpc.Crypto.Passwords;

namespace Hpc.Crypto.Tests.Passwords;

public sealed class BcryptPbkdfTests
{
    [Fact]
    public void A_known_derivation_comes_out()
    {
        var key = new byte[32];
        BcryptPbkdf.Derive("password"u8, "salt"u8, 4, key);
        Convert.ToHexStringLower(key).ShouldBe("5bbf0cc293587f1c3635555c27796598d47e579071bf427e9d8fbe842aba34d9");
    }

    [Fact]
    public void A_longer_key_is_not_the_continuation_of_a_shorter_one()
    {
        var key = new byte[48];
        BcryptPbkdf.Derive("password"u8, "salt"u8, 4, key);
        key.ShouldNotBe(new byte[48]);
        Convert.ToHexStringLower(key).ShouldNotStartWith("5bbf0cc2");
    }
}
