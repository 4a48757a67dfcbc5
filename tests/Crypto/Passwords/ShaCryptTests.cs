using System.Security.Cryptography;
using Hpc.Crypto.Passwords;

namespace Hpc.Crypto.Tests.Passwords;

public sealed class ShaCryptTests
{
    // Drepper, "Unix crypt using SHA-256 and SHA-512".
    [Theory]
    [InlineData("$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5")]
    [InlineData("$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA")]
    [InlineData("$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1")]
    public void Published_vectors_verify(string hash) => PasswordHash.Verify(hash, "Hello world!"u8).ShouldBeTrue();

    [Fact]
    public void Libcrypt_makes_the_same_hashes()
    {
        Assert.SkipUnless(LibCrypt.HasYescrypt, "libcrypt is not installed");
        var random = new Random(99);
        var sha256 = new ShaCrypt(HashAlgorithmName.SHA256, 32);
        var sha512 = new ShaCrypt(HashAlgorithmName.SHA512, 64);
        foreach (string password in PasswordSamples.All.Append("").Append(new string('p', LibCrypt.MaxPasswordLength)))
        {
            string salt = PasswordSamples.Salt(random, ShaCrypt.MaxSaltLength);
            int rounds = random.Next(ShaCrypt.MinRounds, 1500);
            LibCrypt.Crypt(password, $"$5$rounds={rounds}${salt}$").ShouldBe($"$5$rounds={rounds}${salt}${Text(sha256, password, salt, rounds)}");
            LibCrypt.Crypt(password, $"$6$rounds={rounds}${salt}$").ShouldBe($"$6$rounds={rounds}${salt}${Text(sha512, password, salt, rounds)}");

            string shortSalt = salt[..Math.Min(salt.Length, Md5Crypt.MaxSaltLength)];
            var text = new char[Md5Crypt.TextLength];
            Md5Crypt.Compute(PasswordSamples.Utf8(password), "$1$", shortSalt, text);
            LibCrypt.Crypt(password, $"$1${shortSalt}$").ShouldBe($"$1${shortSalt}${new string(text)}");
        }
    }

    private static string Text(ShaCrypt crypt, string password, string salt, int rounds)
    {
        var text = new char[crypt.TextLength];
        crypt.Compute(PasswordSamples.Utf8(password), salt, rounds, text);
        return new string(text);
    }
}
