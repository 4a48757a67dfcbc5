using System.Security.Cryptography;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Secrets;

/// <summary>NaCl's secret-key authenticated encryption, XSalsa20-Poly1305. A box is the tag of 16 bytes and then the ciphertext.</summary>
public static unsafe class Secretbox
{
    /// <summary>Bytes of a key.</summary>
    public const int KeyLength = Salsa20.KeyLength;

    /// <summary>Bytes of a nonce; random ones do not meet again.</summary>
    public const int NonceLength = Salsa20.ExtendedNonceLength;

    /// <summary>Bytes that a box is longer than its message.</summary>
    public const int Overhead = 16;

    // The first bytes of the key stream are the key of Poly1305.
    private const int TagKeyLength = 32;

    /// <summary>Encrypts a message.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> message)
    {
        ThrowIfNot(key, KeyLength, nameof(key));
        ThrowIfNot(nonce, NonceLength, nameof(nonce));
        var box = new byte[Overhead + message.Length];
        using var stream = new SecretBytes(TagKeyLength + message.Length);
        Salsa20.ExtendedStream(key, nonce, stream.Span);
        Xor(message, stream.Span[TagKeyLength..], box.AsSpan(Overhead));
        Tag(stream.Span[..TagKeyLength], box.AsSpan(Overhead), box.AsSpan(0, Overhead));
        return box;
    }

    /// <summary>Decrypts a box; false if it was not made with this key and nonce.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> box, out SecretBytes message)
    {
        ThrowIfNot(key, KeyLength, nameof(key));
        ThrowIfNot(nonce, NonceLength, nameof(nonce));
        message = new SecretBytes(Math.Max(0, box.Length - Overhead));
        if (box.Length < Overhead)
        {
            return false;
        }

        using var stream = new SecretBytes(TagKeyLength + message.Length);
        Span<byte> tag = stackalloc byte[Overhead];
        Salsa20.ExtendedStream(key, nonce, stream.Span);
        Tag(stream.Span[..TagKeyLength], box[Overhead..], tag);
        if (!CryptographicOperations.FixedTimeEquals(tag, box[..Overhead]))
        {
            return false;
        }

        Xor(box[Overhead..], stream.Span[TagKeyLength..], message.Span);
        return true;
    }

    private static void Tag(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> tag)
    {
        using var mac = MacContext.Poly1305();
        fixed (byte* keyBytes = key)
        fixed (byte* dataBytes = data)
        fixed (byte* tagBytes = tag)
        {
            mac.Start(keyBytes, key.Length);
            if (!data.IsEmpty)
            {
                mac.Update(dataBytes, data.Length);
            }

            mac.Finish(tagBytes, tag.Length);
        }
    }

    private static void Xor(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> result)
    {
        for (int i = 0; i < left.Length; i++)
        {
            result[i] = (byte)(left[i] ^ right[i]);
        }
    }

    private static void ThrowIfNot(ReadOnlySpan<byte> bytes, int length, string name)
    {
        if (bytes.Length != length)
        {
            throw new ArgumentException($"It has {length} bytes.", name);
        }
    }
}
