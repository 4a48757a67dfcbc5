using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Hpc.Crypto.Keys;

namespace Hpc.Crypto.Tests.Keys;

public sealed class KeyTests
{
    private static readonly byte[] Data = Encoding.UTF8.GetBytes("session identifier and so on");

    public static TheoryData<string, int> Types() => new()
    {
        { "ssh-ed25519", 256 },
        { "ecdsa-sha2-nistp256", 256 },
        { "ecdsa-sha2-nistp384", 384 },
        { "ecdsa-sha2-nistp521", 521 },
        { "ssh-rsa", 2048 },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void What_a_key_signs_its_parsed_blob_verifies(string type, int bits)
    {
        using SshPrivateKey key = SshPrivateKeys.Generate(type, bits, "who@where");
        key.Comment.ShouldBe("who@where");
        key.PublicKey.KeyType.ShouldBe(type);
        key.PublicKey.Bits.ShouldBe(bits);
        SshPublicKeys.TryParse(key.PublicKey.Blob.Span, out SshPublicKey? parsed).ShouldBeTrue();
        using SshPublicKey publicKey = parsed!;
        publicKey.Blob.ToArray().ShouldBe(key.PublicKey.Blob.ToArray());
        publicKey.Bits.ShouldBe(bits);
        foreach (string algorithm in key.Algorithms)
        {
            for (int turn = 0; turn < 20; turn++)
            {
                publicKey.Verify(algorithm, Data, key.Sign(algorithm, Data)).ShouldBeTrue();
            }

            byte[] empty = key.Sign(algorithm, []);
            publicKey.Verify(algorithm, [], empty).ShouldBeTrue();
            publicKey.Verify(algorithm, Data, empty).ShouldBeFalse();
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Any_changed_byte_of_a_signature_is_refused(string type, int bits)
    {
        using SshPrivateKey key = SshPrivateKeys.Generate(type, bits);
        string algorithm = key.Algorithms[0];
        byte[] signature = key.Sign(algorithm, Data);
        for (int at = 0; at < signature.Length; at++)
        {
            byte[] changed = signature.ToArray();
            changed[at] ^= 0x01;
            key.PublicKey.Verify(algorithm, Data, changed).ShouldBeFalse($"byte {at}");
        }

        for (int length = 0; length < signature.Length; length++)
        {
            key.PublicKey.Verify(algorithm, Data, signature.AsSpan(0, length)).ShouldBeFalse();
        }

        key.PublicKey.Verify(algorithm, Data, [.. signature, 0]).ShouldBeFalse();
        key.PublicKey.Verify("ssh-dss", Data, signature).ShouldBeFalse();
    }

    [Fact]
    public void A_signature_counts_for_its_own_algorithm_only()
    {
        using SshPrivateKey key = SshPrivateKeys.Generate("ssh-rsa", 2048);
        foreach (string signed in key.Algorithms)
        {
            byte[] signature = key.Sign(signed, Data);
            foreach (string asked in key.Algorithms)
            {
                key.PublicKey.Verify(asked, Data, signature).ShouldBe(asked == signed);
            }
        }

        Should.Throw<ArgumentException>(() => key.Sign("ssh-ed25519", Data));
        Should.Throw<ArgumentException>(() => key.Sign("rsa-sha2-1024", Data));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Private_fields_make_the_same_key_again(string type, int bits)
    {
        using SshPrivateKey key = SshPrivateKeys.Generate(type, bits);
        var fields = new ArrayBufferWriter<byte>();
        key.WritePrivateFields(fields);
        using SshPrivateKey again = Reread(type, fields.WrittenSpan);
        again.PublicKey.Blob.ToArray().ShouldBe(key.PublicKey.Blob.ToArray());
        string algorithm = key.Algorithms[0];
        key.PublicKey.Verify(algorithm, Data, again.Sign(algorithm, Data)).ShouldBeTrue();

        var second = new ArrayBufferWriter<byte>();
        again.WritePrivateFields(second);
        second.WrittenSpan.SequenceEqual(fields.WrittenSpan).ShouldBeTrue();
        again.ToString().ShouldBe($"{type} {bits} (private)");
    }

    [Fact]
    public void Halves_of_different_keys_are_refused()
    {
        foreach (string type in new[] { "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp521" })
        {
            using SshPrivateKey one = SshPrivateKeys.Generate(type);
            using SshPrivateKey other = SshPrivateKeys.Generate(type);
            List<byte[]> own = Fields(one);
            List<byte[]> foreign = Fields(other);
            Should.Throw<CryptographicException>(() => type == "ssh-ed25519"
                ? SshPrivateKeys.FromEd25519(own[2].AsSpan(0, 32), foreign[1])
                : SshPrivateKeys.FromEcdsa(type[11..], foreign[2], own[3]));
        }
    }

    [Fact]
    public void Rsa_parts_that_do_not_belong_together_are_refused()
    {
        using SshPrivateKey key = SshPrivateKeys.Generate("ssh-rsa", 2048);
        List<byte[]> parts = Fields(key)[1..];
        for (int changed = 0; changed < parts.Count; changed++)
        {
            List<byte[]> copy = parts.Select(part => part.ToArray()).ToList();
            copy[changed][^1] ^= 0x02;
            Should.Throw<CryptographicException>(() => SshPrivateKeys.FromRsa(copy[0], copy[1], copy[2], copy[4], copy[5], copy[3]), $"part {changed}");
            copy[changed] = [];
            Should.Throw<CryptographicException>(() => SshPrivateKeys.FromRsa(copy[0], copy[1], copy[2], copy[4], copy[5], copy[3]), $"part {changed}");
            copy[changed] = new byte[4000];
            Array.Fill(copy[changed], (byte)0xFF);
            Should.Throw<CryptographicException>(() => SshPrivateKeys.FromRsa(copy[0], copy[1], copy[2], copy[4], copy[5], copy[3]), $"part {changed}");
        }
    }

    [Fact]
    public void Weak_rsa_keys_verify_only_where_that_is_allowed()
    {
        using SshPrivateKey key = SshPrivateKeys.Generate("ssh-rsa", 1024);
        byte[] signature = key.Sign("rsa-sha2-256", Data);
        SshPublicKeys.TryParse(key.PublicKey.Blob.Span, out SshPublicKey? strict).ShouldBeTrue();
        SshPublicKeys.TryParse(key.PublicKey.Blob.Span, allowWeak: true, out SshPublicKey? lenient).ShouldBeTrue();
        using (strict)
        using (lenient)
        {
            strict!.Verify("rsa-sha2-256", Data, signature).ShouldBeFalse();
            lenient!.Verify("rsa-sha2-256", Data, signature).ShouldBeTrue();
        }
    }

    [Fact]
    public void One_key_signs_for_many_threads()
    {
        foreach (string type in new[] { "ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa" })
        {
            using SshPrivateKey key = SshPrivateKeys.Generate(type, 2048);
            Parallel.For(0, 64, i =>
            {
                byte[] data = BitConverter.GetBytes(i);
                key.PublicKey.Verify(key.Algorithms[0], data, key.Sign(key.Algorithms[0], data)).ShouldBeTrue();
            });
        }
    }

    [Theory]
    [InlineData("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "", "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72", "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    public void Ed25519_gives_the_answers_of_rfc_8032(string seed, string point, string message, string signature)
    {
        using SshPrivateKey key = SshPrivateKeys.FromEd25519(Convert.FromHexString(seed), Convert.FromHexString(point));
        byte[] data = Convert.FromHexString(message);
        byte[] blob = key.Sign("ssh-ed25519", data);
        Convert.ToHexStringLower(blob.AsSpan(^64..)).ShouldBe(signature);
        key.PublicKey.Verify("ssh-ed25519", data, blob).ShouldBeTrue();
    }

    private static SshPrivateKey Reread(string type, ReadOnlySpan<byte> fields)
    {
        List<byte[]> parts = Split(fields);
        Encoding.ASCII.GetString(parts[0]).ShouldBe(type);
        return type switch
        {
            "ssh-ed25519" => SshPrivateKeys.FromEd25519(parts[2].AsSpan(0, 32), parts[1]),
            "ssh-rsa" => SshPrivateKeys.FromRsa(parts[1], parts[2], parts[3], parts[5], parts[6], parts[4]),
            _ => SshPrivateKeys.FromEcdsa(Encoding.ASCII.GetString(parts[1]), parts[2], parts[3]),
        };
    }

    private static List<byte[]> Fields(SshPrivateKey key)
    {
        var fields = new ArrayBufferWriter<byte>();
        key.WritePrivateFields(fields);
        return Split(fields.WrittenSpan);
    }

    private static List<byte[]> Split(ReadOnlySpan<byte> fields)
    {
        var parts = new List<byte[]>();
        var reader = new KeyBlobReader(fields);
        while (!reader.IsAtEnd)
        {
            reader.TryReadString(out ReadOnlySpan<byte> part).ShouldBeTrue();
            parts.Add(part.ToArray());
        }

        return parts;
    }
}
