using System.Text;
using Hpc.Crypto.Passwords;

namespace Hpc.Crypto.Tests.Passwords;

public sealed class Pbkdf2Tests
{
    private const string Python = "/usr/bin/python3";

    private const string Script = """
        import base64, hashlib, sys
        digest, salt, iterations, length = sys.argv[1:]
        key = hashlib.pbkdf2_hmac(digest, sys.stdin.buffer.read(), base64.b64decode(salt), int(iterations), int(length))
        print(base64.b64encode(key).decode())
        """;

    [Fact]
    public void The_example_of_the_specification_verifies() =>
        PasswordHash.Verify("$pbkdf2-sha256$150000$E86a9YMX3zC7$R5J62hsSq+pYw00hLLPKBbcGXmq7fj5+/M0IFoYtZbo=", "password"u8).ShouldBeTrue();

    // RFC 6070.
    [Fact]
    public void The_vector_of_RFC_6070_verifies() =>
        PasswordHash.Verify($"$pbkdf2-sha1$4096${"salt"}${Convert.ToBase64String(Convert.FromHexString("4b007901b765489abead49d926f721d065a429c1"))}", "password"u8).ShouldBeTrue();

    [Theory]
    [InlineData("sha1", "$pbkdf2-sha1$", 20)]
    [InlineData("sha256", "$pbkdf2-sha256$", 32)]
    [InlineData("sha512", "$pbkdf2-sha512$", 64)]
    [InlineData("sha512", "$pbkdf2-sha512$", 24)]
    [InlineData("sha256", "$pbkdf2-sha256$", 100)]
    [InlineData("sha256", "$pbkdf2-b64salt-sha256$", 256)]
    [InlineData("sha256", "$pbkdf2-b64salt-sha256$", 32)]
    public void What_python_derives_verifies(string digest, string prefix, int keyLength)
    {
        var random = new Random(keyLength);
        foreach (string password in PasswordSamples.All.Take(14))
        {
            byte[] salt = new byte[64];
            random.NextBytes(salt);
            string saltText = Convert.ToBase64String(salt);
            if (!prefix.Contains("b64", StringComparison.Ordinal))
            {
                saltText = "some sält." + PasswordSamples.Salt(random, 20);
                salt = Encoding.UTF8.GetBytes(saltText);
            }

            int iterations = random.Next(1, 3000);
            string key = Tool.Run(Python, ["-c", Script, digest, Convert.ToBase64String(salt), $"{iterations}", $"{keyLength}"], password);
            string hash = $"{prefix}{iterations}${saltText}${key}";
            PasswordHash.WhyUnsupported(hash).ShouldBeNull();
            PasswordHash.Verify(hash, PasswordSamples.Utf8(password)).ShouldBeTrue(hash);
            PasswordHash.Verify(hash, PasswordSamples.Utf8(password + "x")).ShouldBeFalse();
            PasswordHash.CostOf(PasswordHash.NewDecoyLike(hash)).ShouldBe(PasswordHash.CostOf(hash));
        }
    }

    [Fact]
    public void The_length_of_the_key_is_part_of_the_cost_and_how_the_salt_is_written_is_not()
    {
        string key32 = Convert.ToBase64String(new byte[32]);
        string key33 = Convert.ToBase64String(new byte[33]);
        PasswordHash.CostOf($"$pbkdf2-sha256$1000$salt${key32}").ShouldBe(PasswordHash.CostOf($"$pbkdf2-b64salt-sha256$1000$c2FsdA==${key32}"));
        PasswordHash.CostOf($"$pbkdf2-sha256$1000$salt${key32}").ShouldNotBe(PasswordHash.CostOf($"$pbkdf2-sha256$1000$salt${key33}"));
    }

    [Theory]
    [InlineData("$pbkdf2-sha256$0$salt$", 32)]
    [InlineData("$pbkdf2-sha256$-1$salt$", 32)]
    [InlineData("$pbkdf2-sha256$01$salt$", 32)]
    [InlineData("$pbkdf2-sha256$10000001$salt$", 32)]
    [InlineData("$pbkdf2-sha256$5000001$salt$", 33)]
    [InlineData("$pbkdf2-sha256$99999999999999999999$salt$", 32)]
    [InlineData("$pbkdf2-sha256$1000$$", 32)]
    [InlineData("$pbkdf2-sha256$1000$salt$", 0)]
    [InlineData("$pbkdf2-sha256$1000$salt$", 15)]
    [InlineData("$pbkdf2-sha256$1000$salt$", 257)]
    [InlineData("$pbkdf2-sha256$1000$salt$$", 32)]
    [InlineData("$pbkdf2-sha256$1000$salt$ ", 32)]
    [InlineData("$pbkdf2-sha256$1000$", 32)]
    [InlineData("$pbkdf2-b64salt-sha256$1000$salt!$", 32)]
    [InlineData("$pbkdf2-b64salt-sha256$1000$c2FsdA$", 32)]
    [InlineData("$pbkdf2-sha384$1000$salt$", 32)]
    public void Broken_and_oversized_hashes_are_false_and_not_an_exception(string start, int keyLength)
    {
        string hash = start + Convert.ToBase64String(new byte[keyLength]);
        PasswordHash.IsSupported(hash).ShouldBeFalse();
        PasswordHash.Verify(hash, "password"u8).ShouldBeFalse();
    }
}
