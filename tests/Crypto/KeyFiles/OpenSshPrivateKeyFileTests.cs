using System.Security.Cryptography;
using Hpc.Crypto.Keys;

namespace Hpc.Crypto.Tests.KeyFiles;

public sealed class OpenSshPrivateKeyFileTests
{
    public static TheoryData<string, string, string> KeyTypes => new()
    {
        { "ed25519", "256", "ssh-ed25519" },
        { "ecdsa", "256", "ecdsa-sha2-nistp256" },
        { "ecdsa", "384", "ecdsa-sha2-nistp384" },
        { "ecdsa", "521", "ecdsa-sha2-nistp521" },
        { "rsa", "2048", "ssh-rsa" },
    };

    [Theory]
    [MemberData(nameof(KeyTypes))]
    public void A_key_of_ssh_keygen_is_read(string type, string bits, string keyType)
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "ssh-keygen is not installed");
        using var keygen = new SshKeygen();
        keygen.Run("-q", "-t", type, "-b", bits, "-N", "", "-C", "a comment", "-f", "key");

        using SshPrivateKey key = Success(OpenSshPrivateKeyFile.Read(keygen.ReadKey("key")));

        key.PublicKey.KeyType.ShouldBe(keyType);
        key.Comment.ShouldBe("a comment");
        OpenSshPublicKey.Format(key.PublicKey, key.Comment).ShouldBe(keygen.ReadKey("key.pub").Trim());
        keygen.Run("-l", "-f", "key.pub").ShouldContain($" {OpenSshPublicKey.Fingerprint(key.PublicKey.Blob.Span)} ");
        SignsAndVerifies(key);
    }

    [Theory]
    [InlineData("aes256-ctr")]
    [InlineData("aes128-ctr")]
    [InlineData("aes192-ctr")]
    [InlineData("aes256-cbc")]
    [InlineData("aes256-gcm@openssh.com")]
    [InlineData("aes128-gcm@openssh.com")]
    public void An_encrypted_key_of_ssh_keygen_is_read_with_its_passphrase_alone(string cipher)
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "ssh-keygen is not installed");
        using var keygen = new SshKeygen();
        keygen.Run("-q", "-t", "ed25519", "-Z", cipher, "-a", "3", "-N", "pass phräse", "-f", "key");
        string text = keygen.ReadKey("key");

        using SshPrivateKey key = Success(OpenSshPrivateKeyFile.Read(text, SshKeygen.Utf8("pass phräse")));
        SignsAndVerifies(key);
        ShouldFail(OpenSshPrivateKeyFile.Read(text, SshKeygen.Utf8("another")), OpenSshKeyFileError.WrongPassphrase);
        ShouldFail(OpenSshPrivateKeyFile.Read(text), OpenSshKeyFileError.PassphraseRequired);
    }

    [Theory]
    [InlineData("rsa", "2048", "PEM")]
    [InlineData("rsa", "2048", "PKCS8")]
    [InlineData("ecdsa", "256", "PEM")]
    [InlineData("ecdsa", "521", "PKCS8")]
    public void A_PEM_key_of_ssh_keygen_is_read(string type, string bits, string form)
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "ssh-keygen is not installed");
        using var keygen = new SshKeygen();
        keygen.Run("-q", "-t", type, "-b", bits, "-m", form, "-N", "", "-C", "", "-f", "key");

        using SshPrivateKey key = Success(OpenSshPrivateKeyFile.Read(keygen.ReadKey("key")));

        OpenSshPublicKey.Format(key.PublicKey).ShouldBe(keygen.ReadKey("key.pub").Trim());
        SignsAndVerifies(key);
    }

    [Theory]
    [InlineData("PEM")]
    [InlineData("PKCS8")]
    public void An_encrypted_PEM_key_is_unsupported_and_the_message_says_what_to_do(string form)
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "ssh-keygen is not installed");
        using var keygen = new SshKeygen();
        keygen.Run("-q", "-t", "rsa", "-b", "2048", "-m", form, "-N", "passphrase", "-f", "key");

        OpenSshPrivateKeyResult result = OpenSshPrivateKeyFile.Read(keygen.ReadKey("key"), "passphrase"u8);

        ShouldFail(result, OpenSshKeyFileError.Unsupported);
        result.Message!.ShouldContain("ssh-keygen -p");
    }

    // RFC 8410 §10.3.
    [Fact]
    public void A_PKCS8_key_of_type_Ed25519_is_read()
    {
        const string Text = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";

        using SshPrivateKey key = Success(OpenSshPrivateKeyFile.Read(Text));

        Convert.ToHexStringLower(key.PublicKey.Blob.Span[^32..]).ShouldBe("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
    }

    [Theory]
    [MemberData(nameof(KeyTypes))]
    public void A_key_that_is_written_is_read_by_ssh_keygen(string type, string bits, string keyType)
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "ssh-keygen is not installed");
        _ = type;
        using SshPrivateKey key = SshPrivateKeys.Generate(keyType, keyType == "ssh-rsa" ? int.Parse(bits) : 0, "ours");
        using var keygen = new SshKeygen();
        keygen.WriteKey("plain", OpenSshPrivateKeyFile.Write(key));

        keygen.Run("-y", "-f", "plain").ShouldBe(OpenSshPublicKey.Format(key.PublicKey, "ours"));
    }

    [Fact]
    public void An_encrypted_key_that_is_written_is_read_by_ssh_keygen_with_its_passphrase_alone()
    {
        Assert.SkipUnless(SshKeygen.IsInstalled, "ssh-keygen is not installed");
        using SshPrivateKey key = SshPrivateKeys.Generate("ecdsa-sha2-nistp256", comment: "ours");
        using var keygen = new SshKeygen();
        keygen.WriteKey("encrypted", OpenSshPrivateKeyFile.Write(key, "secret words"u8));

        keygen.Run("-y", "-P", "secret words", "-f", "encrypted").ShouldBe(OpenSshPublicKey.Format(key.PublicKey, "ours"));
        Should.Throw<ShouldAssertException>(() => keygen.Run("-y", "-P", "wrong", "-f", "encrypted"));
    }

    [Fact]
    public void An_encrypted_key_that_is_written_is_read_back()
    {
        using SshPrivateKey key = SshPrivateKeys.Generate("ssh-ed25519", comment: "ours ✓");

        using SshPrivateKey read = Success(OpenSshPrivateKeyFile.Read(OpenSshPrivateKeyFile.Write(key, "x"u8), "x"u8));

        read.PublicKey.Blob.ToArray().ShouldBe(key.PublicKey.Blob.ToArray());
        read.Comment.ShouldBe("ours ✓");
        SignsAndVerifies(read);
    }

    [Theory]
    [MemberData(nameof(KeyTypes))]
    public void A_key_that_is_written_is_read_back(string type, string bits, string keyType)
    {
        _ = type;
        using SshPrivateKey key = SshPrivateKeys.Generate(keyType, keyType == "ssh-rsa" ? int.Parse(bits) : 0, "ours ✓");

        using SshPrivateKey read = Success(OpenSshPrivateKeyFile.Read(OpenSshPrivateKeyFile.Write(key)));

        read.PublicKey.Blob.ToArray().ShouldBe(key.PublicKey.Blob.ToArray());
        read.Comment.ShouldBe("ours ✓");
        SignsAndVerifies(read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ssh-ed25519 AAAA comment")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")]
    public void What_holds_no_private_key_is_said_to_be_none(string text) =>
        ShouldFail(OpenSshPrivateKeyFile.Read(text), OpenSshKeyFileError.NotAKey);

    [Fact]
    public void A_file_over_64_KiB_is_refused() =>
        ShouldFail(OpenSshPrivateKeyFile.Read(new string('x', (64 * 1024) + 1)), OpenSshKeyFileError.Malformed);

    [Theory]
    [InlineData("RSA PRIVATE KEY")]
    [InlineData("EC PRIVATE KEY")]
    [InlineData("PRIVATE KEY")]
    [InlineData("OPENSSH PRIVATE KEY")]
    public void Rubbish_in_a_key_block_is_malformed(string label) =>
        ShouldFail(OpenSshPrivateKeyFile.Read(PemEncoding.WriteString(label, RandomNumberGenerator.GetBytes(200))), OpenSshKeyFileError.Malformed);

    [Fact]
    public void No_cut_and_no_changed_byte_of_a_key_file_is_an_exception_or_another_key()
    {
        using SshPrivateKey key = SshPrivateKeys.Generate("ssh-ed25519");
        byte[] content = Content(OpenSshPrivateKeyFile.Write(key));
        for (int at = 0; at < content.Length; at++)
        {
            OpenSshPrivateKeyFile.Read(Text(content[..at])).Key.ShouldBeNull();

            byte[] changed = [.. content];
            changed[at] ^= 0x40;
            using SshPrivateKey? read = OpenSshPrivateKeyFile.Read(Text(changed)).Key;
            if (read is not null)
            {
                read.PublicKey.Blob.ToArray().ShouldBe(key.PublicKey.Blob.ToArray());
            }
        }
    }

    [Fact]
    public void More_than_1024_rounds_are_refused_before_any_work()
    {
        using SshPrivateKey key = SshPrivateKeys.Generate("ssh-ed25519");
        byte[] content = Content(OpenSshPrivateKeyFile.Write(key, "x"u8));

        // magic, "aes256-ctr", "bcrypt", options length, salt; then the rounds
        int rounds = 15 + (4 + 10) + (4 + 6) + 4 + (4 + 16);
        content[rounds..(rounds + 4)].ShouldBe([0, 0, 0, 24]);
        content[rounds + 2] = 0x04;
        content[rounds + 3] = 0x01;

        OpenSshPrivateKeyResult result = OpenSshPrivateKeyFile.Read(Text(content), "x"u8);

        ShouldFail(result, OpenSshKeyFileError.Unsupported);
        result.Message!.ShouldContain("1025 rounds");
    }

    private static byte[] Content(string text)
    {
        PemFields fields = PemEncoding.Find(text);
        return Convert.FromBase64String(text[fields.Base64Data]);
    }

    private static string Text(byte[] content) => PemEncoding.WriteString("OPENSSH PRIVATE KEY", content);

    private static SshPrivateKey Success(OpenSshPrivateKeyResult result)
    {
        result.Message.ShouldBeNull();
        result.Error.ShouldBe(OpenSshKeyFileError.None);
        return result.Key.ShouldNotBeNull();
    }

    private static void ShouldFail(OpenSshPrivateKeyResult result, OpenSshKeyFileError error)
    {
        result.Error.ShouldBe(error);
        result.Key.ShouldBeNull();
        result.Message.ShouldNotBeNullOrWhiteSpace();
    }

    private static void SignsAndVerifies(SshPrivateKey key)
    {
        byte[] signature = key.Sign(key.Algorithms[0], "data"u8);
        key.PublicKey.Verify(key.Algorithms[0], "data"u8, signature).ShouldBeTrue();
    }
}
