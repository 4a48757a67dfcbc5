using Hpc.Crypto.Passwords;

namespace Hpc.Crypto.Tests.Passwords;

public sealed class YescryptTests
{
    // Made with mkpasswd (libxcrypt 4.4).
    [Theory]
    [InlineData("pässword", "$y$j75$03fKkkRRT4OvTnxS/qV/K.$65TM/6aAwlWQKEjlbshurWaG4.V5tjTg5w8tdOAbeeA")]
    [InlineData("hpc", "$y$j9T$lvHvDb/xr/KalZXwC7Qb9/$9r04hO7wCEo6UpIRMEooM1gx2ruDrNBdTCCs57T4yN8")]
    public void Known_hashes_verify(string password, string hash)
    {
        PasswordHash.Verify(hash, PasswordSamples.Utf8(password)).ShouldBeTrue();
        PasswordHash.Verify(hash, PasswordSamples.Utf8(password + "x")).ShouldBeFalse();
    }

    [Fact]
    public void Libcrypt_makes_the_same_hashes()
    {
        Assert.SkipUnless(LibCrypt.HasYescrypt, "libcrypt with yescrypt is not installed");
        foreach (string setting in Settings())
        {
            foreach (string password in PasswordSamples.All.Take(3).Append(new string('p', LibCrypt.MaxPasswordLength)))
            {
                Make(setting, password).ShouldBe(LibCrypt.Crypt(password, setting + '$'));
            }
        }
    }

    [Fact]
    public void A_password_longer_than_crypt_takes_is_verified()
    {
        string password = new('p', 1024);
        string hash = Make("$y$j75$salt", password);
        PasswordHash.Verify(hash, PasswordSamples.Utf8(password)).ShouldBeTrue();
        PasswordHash.Verify(hash, PasswordSamples.Utf8(password[1..])).ShouldBeFalse();
    }

    [Theory]
    [InlineData("$y$j9T$", true, "16 MiB")]
    [InlineData("$y$jET$", true, "512 MiB")]
    [InlineData("$y$jFT$", true, "1 GiB")]
    [InlineData("$y$jGT$", false, "2 GiB")]
    [InlineData("$y$j75.$", false, "a number that does not say what follows")]
    [InlineData("$y$i75$", false, "another flavour")]
    [InlineData("$y$.75$", false, "scrypt")]
    [InlineData("$y$j75/$", false, "an upgraded hash")]
    [InlineData("$y$j7$", false, "no block size")]
    [InlineData("$y$j$", false, "no memory")]
    [InlineData("$y$$", false, "nothing")]
    [InlineData("$y$jzzzzzzzz$", false, "numbers that overflow")]
    [InlineData("$y$j75!$", false, "a letter that is none")]
    public void Costs_are_bounded(string start, bool isSupported, string why)
    {
        string hash = $"{start}03fKkkRRT4OvTnxS/qV/K.$65TM/6aAwlWQKEjlbshurWaG4.V5tjTg5w8tdOAbeeA";
        PasswordHash.IsSupported(hash).ShouldBe(isSupported, why);
        (PasswordHash.WhyUnsupported(hash) is null).ShouldBe(isSupported);
    }

    private static string Make(string setting, string password)
    {
        string full = $"{setting}${new string('.', YescryptText.HashTextLength)}";
        YescryptText.TryParse(full, out YescryptParameters parameters, out byte[] salt).ShouldBeTrue(setting);
        var hash = new byte[YescryptText.HashLength];
        Yescrypt.Hash(PasswordSamples.Utf8(password), salt, parameters, hash);
        return $"{setting}${YescryptText.Encode(hash)}";
    }

    // N from 2 up, r from 1 up, with and without p and t: the third letter tells which of them follow.
    private static IEnumerable<string> Settings()
    {
        yield return "$y$j/.$";
        yield return "$y$j3.$abcd";
        yield return "$y$j5/$zzz/";
        yield return "$y$j5A$./ab";
        yield return "$y$j6T$abcdefgh";
        yield return "$y$j7T$abcdefgh";
        foreach (string lanes in new[] { "..", "./", ".0", ".1", ".4" })
        {
            yield return $"$y$j70{lanes}$salt";
        }

        foreach (string time in new[] { ".", "/", "0", "1", "3" })
        {
            yield return $"$y$j60/{time}$salt";
            yield return $"$y$j700/{time}$salt";
        }
    }
}
