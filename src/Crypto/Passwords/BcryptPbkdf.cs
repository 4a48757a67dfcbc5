using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Hpc.Crypto.Passwords;

/// <summary>bcrypt_pbkdf, the key derivation of encrypted OpenSSH private keys (OpenBSD <c>bcrypt_pbkdf(3)</c>).</summary>
internal static class BcryptPbkdf
{
    private const int BlockLength = 32;
    private const int WordsPerBlock = BlockLength / 4;

    public static void Derive(ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> salt, int rounds, Span<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        Span<byte> passphraseHash = stackalloc byte[SHA512.HashSizeInBytes];
        Span<byte> saltHash = stackalloc byte[SHA512.HashSizeInBytes];
        Span<byte> sum = stackalloc byte[BlockLength];
        Span<byte> block = stackalloc byte[BlockLength];
        var countedSalt = new byte[salt.Length + 4];
        salt.CopyTo(countedSalt);
        SHA512.HashData(passphrase, passphraseHash);

        using var cipher = new Blowfish();

        // The bytes of each block are spread over the whole key, so that no part of it is had for less work.
        int stride = (key.Length + BlockLength - 1) / BlockLength;
        for (int count = 1; count <= stride; count++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(countedSalt.AsSpan(salt.Length), (uint)count);
            SHA512.HashData(countedSalt, saltHash);
            HashBlock(cipher, passphraseHash, saltHash, block);
            block.CopyTo(sum);
            for (int round = 1; round < rounds; round++)
            {
                SHA512.HashData(block, saltHash);
                HashBlock(cipher, passphraseHash, saltHash, block);
                for (int i = 0; i < BlockLength; i++)
                {
                    sum[i] ^= block[i];
                }
            }

            for (int i = 0; i < BlockLength && (i * stride) + count - 1 < key.Length; i++)
            {
                key[(i * stride) + count - 1] = sum[i];
            }
        }

        CryptographicOperations.ZeroMemory(passphraseHash);
        CryptographicOperations.ZeroMemory(sum);
        CryptographicOperations.ZeroMemory(block);
    }

    private static void HashBlock(Blowfish cipher, ReadOnlySpan<byte> passphraseHash, ReadOnlySpan<byte> saltHash, Span<byte> block)
    {
        cipher.Reset();
        cipher.Expand(saltHash, passphraseHash);
        for (int i = 0; i < 64; i++)
        {
            cipher.Expand([], saltHash);
            cipher.Expand([], passphraseHash);
        }

        ReadOnlySpan<byte> magic = "OxychromaticBlowfishSwatDynamite"u8;
        Span<uint> words = stackalloc uint[WordsPerBlock];
        for (int i = 0; i < WordsPerBlock; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32BigEndian(magic[(i * 4)..]);
        }

        for (int pair = 0; pair < WordsPerBlock; pair += 2)
        {
            for (int i = 0; i < 64; i++)
            {
                cipher.Encrypt(ref words[pair], ref words[pair + 1]);
            }
        }

        // Big-endian in, little-endian out: so it was written first, so it stays.
        for (int i = 0; i < WordsPerBlock; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(block[(i * 4)..], words[i]);
        }
    }
}
