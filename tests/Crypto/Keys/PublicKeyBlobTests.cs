using System.Buffers;
using System.Security.Cryptography;
using Hpc.Crypto.Keys;

namespace Hpc.Crypto.Tests.Keys;

public sealed class PublicKeyBlobTests
{
    [Fact]
    public void A_curve_other_than_that_of_the_key_type_is_refused()
    {
        using SshPrivateKey p256 = SshPrivateKeys.Generate("ecdsa-sha2-nistp256");
        using SshPrivateKey p384 = SshPrivateKeys.Generate("ecdsa-sha2-nistp384");
        byte[] q256 = p256.PublicKey.Blob[^65..].ToArray();
        byte[] q384 = p384.PublicKey.Blob[^97..].ToArray();
        Parses(Blob("ecdsa-sha2-nistp256"u8, "nistp256"u8, q256)).ShouldBeTrue();
        Parses(Blob("ecdsa-sha2-nistp384"u8, "nistp256"u8, q256)).ShouldBeFalse();
        Parses(Blob("ecdsa-sha2-nistp256"u8, "nistp384"u8, q256)).ShouldBeFalse();
        Parses(Blob("ecdsa-sha2-nistp256"u8, "nistp384"u8, q384)).ShouldBeFalse();
        Parses(Blob("ecdsa-sha2-nistp256"u8, "nistp256"u8, q384)).ShouldBeFalse();
        Parses(Blob("ecdsa-sha2-nistp256"u8, ""u8, q256)).ShouldBeFalse();
        Parses(Blob("ecdsa-sha2-secp256k1"u8, "secp256k1"u8, q256)).ShouldBeFalse();

        byte[] offCurve = q256.ToArray();
        offCurve[40] ^= 1;
        Parses(Blob("ecdsa-sha2-nistp256"u8, "nistp256"u8, offCurve)).ShouldBeFalse();
        Parses(Blob("ecdsa-sha2-nistp256"u8, "nistp256"u8, [0])).ShouldBeFalse();
    }

    [Fact]
    public void Rsa_numbers_outside_the_bounds_are_refused()
    {
        byte[] n = RandomModulus(256);
        byte[] e = [1, 0, 1];
        Parses(Rsa(e, n)).ShouldBeTrue();
        Parses(Rsa([3], n)).ShouldBeTrue();
        Parses(Rsa([0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], n)).ShouldBeTrue();
        foreach (byte[] exponent in new byte[][] { [], [0], [1], [2], [4], [0xFF], [0, 3], [1, 0, 0, 0, 0, 0, 0, 0, 1], n })
        {
            Parses(Rsa(exponent, n)).ShouldBeFalse(Convert.ToHexString(exponent));
        }

        foreach (int bytes in new[] { 64, 127, 2049, 8192 })
        {
            Parses(Rsa(e, RandomModulus(bytes))).ShouldBeFalse($"{bytes * 8} bits");
        }

        Parses(Rsa(e, RandomModulus(128))).ShouldBeTrue();
        Parses(Rsa(e, RandomModulus(2048))).ShouldBeTrue();
        byte[] even = n.ToArray();
        even[^1] &= 0xFE;
        Parses(Rsa(e, even)).ShouldBeFalse();
        Parses(Rsa(e, n[1..])).ShouldBeFalse();
        Parses(Rsa(e, [])).ShouldBeFalse();
        Parses(Rsa(e, [0])).ShouldBeFalse();
    }

    [Fact]
    public void Dsa_and_unknown_types_are_refused()
    {
        byte[] number = RandomModulus(128);
        Parses(Blob("ssh-dss"u8, number, number, number, number)).ShouldBeFalse();
        Parses(Blob("ssh-dss"u8, [0], [0], [0], [0])).ShouldBeFalse();
        Parses(Blob(""u8)).ShouldBeFalse();
        Parses(Blob(new byte[70_000])).ShouldBeFalse();
        Parses([]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("ssh-ed25519")]
    [InlineData("ecdsa-sha2-nistp256")]
    [InlineData("ecdsa-sha2-nistp521")]
    [InlineData("ssh-rsa")]
    public void Cut_and_prolonged_blobs_are_refused(string type)
    {
        using SshPrivateKey key = SshPrivateKeys.Generate(type, 2048);
        byte[] blob = key.PublicKey.Blob.ToArray();
        for (int length = 0; length < blob.Length; length++)
        {
            Parses(blob[..length]).ShouldBeFalse();
        }

        Parses([.. blob, 0]).ShouldBeFalse();
        Parses(blob).ShouldBeTrue();
    }

    [Fact]
    public void No_blob_makes_the_parser_throw()
    {
        var random = new Random(7);
        foreach (string type in new[] { "ssh-ed25519", "ecdsa-sha2-nistp384", "ssh-rsa" })
        {
            using SshPrivateKey key = SshPrivateKeys.Generate(type, 1024);
            for (int turn = 0; turn < 3000; turn++)
            {
                byte[] blob = key.PublicKey.Blob.ToArray();
                for (int change = random.Next(1, 4); change > 0; change--)
                {
                    blob[random.Next(blob.Length)] = (byte)random.Next(256);
                }

                if (SshPublicKeys.TryParse(blob, out SshPublicKey? parsed))
                {
                    parsed.Blob.ToArray().ShouldBe(blob);
                    parsed.Verify(type, blob, blob).ShouldBeFalse();
                    parsed.Dispose();
                }
            }
        }
    }

    private static bool Parses(byte[] blob)
    {
        bool parsed = SshPublicKeys.TryParse(blob, out SshPublicKey? key);
        key?.Dispose();
        parsed.ShouldBe(key is not null);
        return parsed;
    }

    // The content of an mpint: a sign byte, then an odd number with the top bit set.
    private static byte[] RandomModulus(int bytes)
    {
        byte[] modulus = RandomNumberGenerator.GetBytes(bytes + 1);
        modulus[0] = 0;
        modulus[1] |= 0x80;
        modulus[^1] |= 1;
        return modulus;
    }

    private static byte[] Rsa(byte[] e, byte[] n) => Blob("ssh-rsa"u8, e, n);

    private static byte[] Blob(params ReadOnlySpan<byte[]> parts)
    {
        var blob = new ArrayBufferWriter<byte>();
        foreach (byte[] part in parts)
        {
            blob.WriteString(part);
        }

        return blob.WrittenSpan.ToArray();
    }

    private static byte[] Blob(ReadOnlySpan<byte> type, params byte[][] parts) => Blob([type.ToArray(), .. parts]);

    private static byte[] Blob(ReadOnlySpan<byte> type, ReadOnlySpan<byte> second, byte[] third) => Blob([type.ToArray(), second.ToArray(), third]);
}
