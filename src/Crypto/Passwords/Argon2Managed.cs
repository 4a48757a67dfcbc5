using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hpc.Crypto.Passwords;

/// <summary>argon2id version 0x13 (RFC 9106) in managed code, one lane after another on the calling thread.</summary>
internal static unsafe class Argon2Managed
{
    private const int BlockBytes = 1024;
    private const int BlockWords = BlockBytes / 8;
    private const int Slices = 4;
    private const int Version = 0x13;
    private const int TypeId = 2;

    public static void Hash(in Argon2Input input, Argon2Parameters parameters, Span<byte> tag)
    {
        int lanes = parameters.Lanes;
        int segmentLength = parameters.MemoryKiB / (Slices * lanes);
        int laneLength = segmentLength * Slices;
        nuint bytes = (nuint)laneLength * (nuint)lanes * BlockBytes;

        Span<byte> seed = stackalloc byte[Blake2b.MaxLength];
        Seed(input, parameters, tag.Length, seed);

        ulong* memory = (ulong*)NativeMemory.AlignedAlloc(bytes, 64);
        try
        {
            for (int lane = 0; lane < lanes; lane++)
            {
                FillFirstBlocks(memory + ((long)lane * laneLength * BlockWords), seed, lane);
            }

            for (int pass = 0; pass < parameters.Passes; pass++)
            {
                for (int slice = 0; slice < Slices; slice++)
                {
                    for (int lane = 0; lane < lanes; lane++)
                    {
                        new Argon2Segment(memory, parameters, segmentLength, pass, slice, lane).Fill();
                    }
                }
            }

            Finish(memory, lanes, laneLength, tag);
        }
        finally
        {
            NativeMemory.Clear(memory, bytes);
            NativeMemory.AlignedFree(memory);
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>H0 (RFC 9106 §3.2): every parameter and input, little-endian and length-prefixed.</summary>
    private static void Seed(in Argon2Input input, Argon2Parameters parameters, int tagLength, Span<byte> seed)
    {
        var message = new byte[(10 * 4) + input.Password.Length + input.Salt.Length + input.Secret.Length + input.AssociatedData.Length];
        Span<byte> rest = message;
        PutNumber(ref rest, parameters.Lanes);
        PutNumber(ref rest, tagLength);
        PutNumber(ref rest, parameters.MemoryKiB);
        PutNumber(ref rest, parameters.Passes);
        PutNumber(ref rest, Version);
        PutNumber(ref rest, TypeId);
        PutBytes(ref rest, input.Password);
        PutBytes(ref rest, input.Salt);
        PutBytes(ref rest, input.Secret);
        PutBytes(ref rest, input.AssociatedData);
        Blake2b.Hash(message, seed);
        CryptographicOperations.ZeroMemory(message);
    }

    private static void PutNumber(ref Span<byte> rest, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(rest, value);
        rest = rest[4..];
    }

    private static void PutBytes(ref Span<byte> rest, ReadOnlySpan<byte> bytes)
    {
        PutNumber(ref rest, bytes.Length);
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }

    private static void FillFirstBlocks(ulong* lane, ReadOnlySpan<byte> seed, int laneIndex)
    {
        Span<byte> message = stackalloc byte[Blake2b.MaxLength + 8];
        seed.CopyTo(message);
        BinaryPrimitives.WriteInt32LittleEndian(message[(Blake2b.MaxLength + 4)..], laneIndex);
        for (int column = 0; column < 2; column++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(message[Blake2b.MaxLength..], column);
            var block = new Span<byte>(lane + (column * BlockWords), BlockBytes);
            LongHash(message, block);
            ToHostOrder(block);
        }

        CryptographicOperations.ZeroMemory(message);
    }

    private static void Finish(ulong* memory, int lanes, int laneLength, Span<byte> tag)
    {
        var sum = new Span<ulong>(memory + ((long)(laneLength - 1) * BlockWords), BlockWords);
        for (int lane = 1; lane < lanes; lane++)
        {
            ulong* last = memory + ((((long)lane * laneLength) + laneLength - 1) * BlockWords);
            for (int i = 0; i < BlockWords; i++)
            {
                sum[i] ^= last[i];
            }
        }

        Span<byte> bytes = MemoryMarshal.AsBytes(sum);
        ToHostOrder(bytes);
        LongHash(bytes, tag);
    }

    /// <summary>H' (RFC 9106 §3.3), the hash of any length.</summary>
    private static void LongHash(ReadOnlySpan<byte> message, Span<byte> digest)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, digest.Length);
        if (digest.Length <= Blake2b.MaxLength)
        {
            Blake2b.Hash(length, message, digest);
            return;
        }

        Span<byte> part = stackalloc byte[Blake2b.MaxLength];
        Blake2b.Hash(length, message, part);
        while (true)
        {
            part[..32].CopyTo(digest);
            digest = digest[32..];
            if (digest.Length <= Blake2b.MaxLength)
            {
                Blake2b.Hash(part, digest);
                return;
            }

            Blake2b.Hash(part, part);
        }
    }

    private static void ToHostOrder(Span<byte> block)
    {
        if (!BitConverter.IsLittleEndian)
        {
            Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(block);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }
}
