using Hpc.Crypto.Passwords;
using Hpc.TestKit;

namespace Hpc.Crypto.Tests.Passwords;

/// <summary>Hashes of crypt(3) that other programs make.</summary>
public sealed class CryptToolTests
{
    [Theory]
    [InlineData("-1", 8)]
    [InlineData("-apr1", 8)]
    [InlineData("-5", 16)]
    [InlineData("-6", 16)]
    public void What_openssl_makes_verifies(string form, int maxSaltLength)
    {
        var random = new Random(42);
        foreach (string password in PasswordSamples.All)
        {
            string hash = Tool.Run("openssl", ["passwd", form, "-salt", PasswordSamples.Salt(random, maxSaltLength), "-stdin"], password + "\n");
            ShouldFit(hash, password);
        }
    }

    [Theory]
    [InlineData("sha256crypt", "1000")]
    [InlineData("sha256crypt", "5000")]
    [InlineData("sha512crypt", "1000")]
    [InlineData("sha512crypt", "9999")]
    [InlineData("md5crypt", "")]
    [InlineData("bcrypt", "4")]
    [InlineData("bcrypt-a", "4")]
    [InlineData("yescrypt", "1")]
    public void What_mkpasswd_makes_verifies(string method, string rounds)
    {
        foreach (string password in PasswordSamples.All.Where(password => PasswordSamples.Utf8(password).Length < 256))
        {
            string[] arguments = rounds.Length == 0 ? ["-s", "-m", method] : ["-s", "-m", method, "-R", rounds];
            ShouldFit(Tool.Run("mkpasswd", arguments, password + "\n"), password);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Yescrypt_of_every_usual_cost_verifies(int cost) =>
        ShouldFit(Tool.Run("mkpasswd", ["-s", "-m", "yescrypt", "-R", $"{cost}"], "pässwörd\n"), "pässwörd");

    [Fact]
    public void What_htpasswd_makes_verifies()
    {
        foreach (string password in PasswordSamples.All.Take(8))
        {
            ShouldFit(Tool.Run("htpasswd", ["-niB", "-C", "5", "x"], password)[2..].Trim(), password);
            ShouldFit(Tool.Run("htpasswd", ["-nim", "x"], password)[2..].Trim(), password);
        }
    }

    [Theory]
    [InlineData(8, 1, 1)]
    [InlineData(14, 3, 2)]
    public void What_argon2_makes_verifies(int memoryLog2, int passes, int lanes)
    {
        foreach (string password in PasswordSamples.All.Where(password => PasswordSamples.Utf8(password).Length < 127).Take(5))
        {
            string[] arguments = ["some salt", "-id", "-m", $"{memoryLog2}", "-t", $"{passes}", "-p", $"{lanes}", "-e"];
            ShouldFit(Tool.Run("argon2", arguments, password), password);
        }
    }

    [Theory]
    [InlineData("md5sum", "{MD5}")]
    [InlineData("sha256sum", "{SHA256}")]
    [InlineData("sha512sum", "{SHA512}")]
    public void What_the_digest_programs_make_verifies(string program, string prefix)
    {
        foreach (string password in PasswordSamples.All)
        {
            string digest = Tool.Run(program, [], password).Split(' ')[0];
            ShouldFit(prefix + digest, password);
            ShouldFit(prefix + digest.ToUpperInvariant(), password);
        }
    }

    [Fact]
    public void What_bcrypt_makes_here_is_what_mkpasswd_makes_of_its_salt()
    {
        string hash = PasswordHash.HashBcrypt("pässwörd"u8, 5);
        Tool.Run("mkpasswd", ["-s", "-m", "bcrypt-a", "-R", "5", "-S", hash[7..29]], "pässwörd\n").ShouldBe(hash);
    }

    private static void ShouldFit(string hash, string password)
    {
        PasswordHash.WhyUnsupported(hash).ShouldBeNull(hash);
        PasswordHash.Verify(hash, PasswordSamples.Utf8(password)).ShouldBeTrue($"{hash} {password}");
        PasswordHash.Verify(hash, PasswordSamples.Utf8("x" + password[1..])).ShouldBeFalse(hash);
        PasswordHash.Verify(PasswordHash.NewDecoyLike(hash), PasswordSamples.Utf8(password)).ShouldBeFalse();
        PasswordHash.CostOf(PasswordHash.NewDecoyLike(hash)).ShouldBe(PasswordHash.CostOf(hash));
    }
}
