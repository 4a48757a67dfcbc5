using System.Security.Cryptography;
using Hpc.Crypto.Gcm;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Tests.Gcm;

/// <summary>The kernel and libcrypto behind the same two calls.</summary>
internal static unsafe class GcmTestSupport
{
    public const int TagLength = 16;

    public static void SkipWithoutInstructions(bool useVaes = false)
    {
        Assert.SkipUnless(AesGcmKey.IsSupported, "This CPU lacks AES-NI, VPCLMULQDQ or AVX-512BW.");
        Assert.SkipUnless(!useVaes || VaesKernel.IsSupported, "This CPU lacks VAES, or the system allows no executable memory.");
    }

    /// <summary>Seals a copy of <paramref name="plain"/> that begins at <paramref name="offset"/> of its array; ciphertext and tag.</summary>
    public static byte[] Seal(this AesGcmKey key, byte[] nonce, byte[] aad, ReadOnlySpan<byte> plain, int offset = 0)
    {
        byte[] room = new byte[offset + plain.Length + TagLength];
        plain.CopyTo(room.AsSpan(offset));
        fixed (byte* noncePointer = nonce, aadPointer = aad, start = room)
        {
            byte* data = start + offset;
            key.Seal(noncePointer, aadPointer, aad.Length, data, plain.Length, data + plain.Length);
        }

        room.AsSpan(0, offset).ContainsAnyExcept((byte)0).ShouldBeFalse();
        return room[offset..];
    }

    /// <summary>Opens a copy that begins at <paramref name="offset"/> of its array; null if refused.</summary>
    public static byte[]? Open(this AesGcmKey key, byte[] nonce, byte[] aad, ReadOnlySpan<byte> hidden, int offset = 0)
    {
        byte[] room = new byte[offset + hidden.Length];
        hidden.CopyTo(room.AsSpan(offset));
        int length = hidden.Length - TagLength;
        fixed (byte* noncePointer = nonce, aadPointer = aad, start = room)
        {
            byte* data = start + offset;
            if (!key.TryOpen(noncePointer, aadPointer, aad.Length, data, length, data + length))
            {
                return null;
            }
        }

        return room[offset..(offset + length)];
    }

    public static byte[] SealByDotNet(AesGcm gcm, byte[] nonce, byte[] aad, ReadOnlySpan<byte> plain)
    {
        byte[] hidden = new byte[plain.Length + TagLength];
        gcm.Encrypt(nonce, plain, hidden.AsSpan(0, plain.Length), hidden.AsSpan(plain.Length), aad);
        return hidden;
    }

    public static byte[] SealByLibCrypto(CipherContext cipher, byte[] nonce, byte[] aad, ReadOnlySpan<byte> plain)
    {
        byte[] hidden = new byte[plain.Length + TagLength];
        plain.CopyTo(hidden);
        fixed (byte* noncePointer = nonce, aadPointer = aad, data = hidden)
        {
            cipher.SetIv(noncePointer);
            if (aad.Length != 0)
            {
                cipher.Apply(null, aadPointer, aad.Length);
            }

            if (plain.Length != 0)
            {
                cipher.Apply(data, data, plain.Length);
            }

            cipher.TryFinish().ShouldBeTrue();
            cipher.GetTag(data + plain.Length, TagLength);
        }

        return hidden;
    }
}
