using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Hpc.Crypto.Keys;

/// <summary>The ciphers of encrypted OpenSSH private key files.</summary>
internal sealed record OpenSshKeyCipher(string Name, int KeyLength, int IvLength, int TagLength)
{
    public const int BlockSize = 16;

    public static OpenSshKeyCipher Default { get; } = new("aes256-ctr", 32, 16, 0);

    private static readonly OpenSshKeyCipher[] All =
    [
        Default,
        new("aes128-ctr", 16, 16, 0),
        new("aes192-ctr", 24, 16, 0),
        new("aes128-cbc", 16, 16, 0),
        new("aes192-cbc", 24, 16, 0),
        new("aes256-cbc", 32, 16, 0),
        new("aes128-gcm@openssh.com", 16, 12, 16),
        new("aes256-gcm@openssh.com", 32, 12, 16),
    ];

    public static string Names => string.Join(", ", All.Select(cipher => cipher.Name));

    public static OpenSshKeyCipher? Find(string name) => Array.Find(All, cipher => cipher.Name == name);

    /// <summary>Decrypts whole blocks; false if the tag of a GCM cipher does not fit, which other ciphers cannot tell.</summary>
    public bool TryDecrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> tag, Span<byte> plain)
    {
        if (TagLength > 0)
        {
            using var gcm = new AesGcm(key, TagLength);
            try
            {
                gcm.Decrypt(iv, sealedBytes, tag, plain);
                return true;
            }
            catch (AuthenticationTagMismatchException)
            {
                return false;
            }
        }

        using Aes aes = NewAes(key);
        if (Name.EndsWith("-ctr", StringComparison.Ordinal))
        {
            sealedBytes.CopyTo(plain);
            Count(aes, iv, plain);
        }
        else
        {
            aes.DecryptCbc(sealedBytes, iv, plain, PaddingMode.None);
        }

        return true;
    }

    /// <summary>Encrypts in place with <see cref="Default"/>.</summary>
    public static void EncryptDefault(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, Span<byte> bytes)
    {
        using Aes aes = NewAes(key);
        Count(aes, iv, bytes);
    }

    private static Aes NewAes(ReadOnlySpan<byte> key)
    {
        Aes aes = Aes.Create();
        aes.SetKey(key);
        return aes;
    }

    /// <summary>Counter mode (RFC 4344 §4): the 128-bit IV counts up, big-endian.</summary>
    private static void Count(Aes aes, ReadOnlySpan<byte> iv, Span<byte> bytes)
    {
        UInt128 counter = BinaryPrimitives.ReadUInt128BigEndian(iv);
        Span<byte> block = stackalloc byte[BlockSize];
        for (; !bytes.IsEmpty; counter++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(block, counter);
            aes.EncryptEcb(block, block, PaddingMode.None);
            int take = Math.Min(BlockSize, bytes.Length);
            for (int i = 0; i < take; i++)
            {
                bytes[i] ^= block[i];
            }

            bytes = bytes[take..];
        }

        CryptographicOperations.ZeroMemory(block);
    }
}
