using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hpc.Crypto.Gcm;

/// <content>What is left after the last whole step (0 to 255 bytes), and the tag.</content>
internal static unsafe partial class AesGcmKernel
{
    private const int BlockLength = 16;

    // Scratch of one packet, on the stack:
    //  key stream   16 + 8 × 16: of the tag, then of the tail's blocks
    //  (room)       48
    //  tail         16 × 16: its blocks and the length block, ending with the field
    private const int StreamLength = 192;
    private const int ScratchLength = StreamLength + Ghash.StepLength;
    private const int ScratchAlignment = 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector128<ulong> HashAad(byte* key, byte* aad, nint length)
    {
        Vector128<ulong> h = Vector128.LoadAligned((ulong*)(key + AesGcmKey.PowersOffset + Ghash.StepLength - BlockLength));
        Vector128<ulong> y = Vector128<ulong>.Zero;
        for (; length > 0; aad += BlockLength, length -= BlockLength)
        {
            Vector128<byte> block = length == 4 ? Vector128.CreateScalar(Unsafe.ReadUnaligned<uint>(aad)).AsByte() : PaddedBlock(aad, length);
            y = Ghash.Multiply(y ^ Ghash.Reverse(block), h);
        }

        return y;
    }

    /// <summary>Encrypts or decrypts the tail and leaves the tag's key stream at the head of the scratch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void CryptTail<TKey>(byte* key, byte* scratch, Vector128<uint> counter, byte* data, nint before, nint length)
        where TKey : struct, IAesKeySize
    {
        Vector128<byte> tagBlock = CounterBlock(counter.WithElement(3, TagCounter));
        Vector512<uint> counters = FourCounters(counter + Vector128.Create(0u, 0, 0, (uint)(before / BlockLength)));
        if (length >= GroupLength)
        {
            Crypt8<TKey>(key, counters, data);
            counters += Eight;
            data += GroupLength;
            length -= GroupLength;
        }

        MakeStream<TKey>(key, scratch, tagBlock, counters);
        byte* stream = scratch + BlockLength;
        for (; length >= BlockLength; length -= BlockLength)
        {
            (Vector128.Load(data) ^ Vector128.LoadAligned(stream)).Store(data);
            data += BlockLength;
            stream += BlockLength;
        }

        for (nint i = 0; i < length; i++)
        {
            data[i] ^= stream[i];
        }
    }

    // Nine blocks whatever is needed: fewer would take as long, because a round's latency is that of eight blocks side by side.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MakeStream<TKey>(byte* key, byte* stream, Vector128<byte> tagBlock, Vector512<uint> counters)
        where TKey : struct, IAesKeySize
    {
        Vector128<byte> roundKey = Vector128.LoadAligned(key);
        Vector512<byte> whitening = Avx512F.BroadcastVector128ToVector512((uint*)key).AsByte();
        Vector512<byte> first = CounterBlocks(counters) ^ whitening;
        Vector512<byte> second = CounterBlocks(counters + Four) ^ whitening;
        Vector128<byte> tag = tagBlock ^ roundKey;
        Vector128<byte> s0 = first.GetLower().GetLower();
        Vector128<byte> s1 = first.GetLower().GetUpper();
        Vector128<byte> s2 = Avx512F.ExtractVector128(first, 2);
        Vector128<byte> s3 = Avx512F.ExtractVector128(first, 3);
        Vector128<byte> s4 = second.GetLower().GetLower();
        Vector128<byte> s5 = second.GetLower().GetUpper();
        Vector128<byte> s6 = Avx512F.ExtractVector128(second, 2);
        Vector128<byte> s7 = Avx512F.ExtractVector128(second, 3);
        for (int round = 1; round < TKey.Rounds; round++)
        {
            roundKey = Vector128.LoadAligned(key + (16 * round));
            tag = Aes.Encrypt(tag, roundKey);
            s0 = Aes.Encrypt(s0, roundKey);
            s1 = Aes.Encrypt(s1, roundKey);
            s2 = Aes.Encrypt(s2, roundKey);
            s3 = Aes.Encrypt(s3, roundKey);
            s4 = Aes.Encrypt(s4, roundKey);
            s5 = Aes.Encrypt(s5, roundKey);
            s6 = Aes.Encrypt(s6, roundKey);
            s7 = Aes.Encrypt(s7, roundKey);
        }

        roundKey = Vector128.LoadAligned(key + (16 * TKey.Rounds));
        Aes.EncryptLast(tag, roundKey).StoreAligned(stream);
        Aes.EncryptLast(s0, roundKey).StoreAligned(stream + 16);
        Aes.EncryptLast(s1, roundKey).StoreAligned(stream + 32);
        Aes.EncryptLast(s2, roundKey).StoreAligned(stream + 48);
        Aes.EncryptLast(s3, roundKey).StoreAligned(stream + 64);
        Aes.EncryptLast(s4, roundKey).StoreAligned(stream + 80);
        Aes.EncryptLast(s5, roundKey).StoreAligned(stream + 96);
        Aes.EncryptLast(s6, roundKey).StoreAligned(stream + 112);
        Aes.EncryptLast(s7, roundKey).StoreAligned(stream + 128);
    }

    /// <summary>Hashes the tail's ciphertext and the length block in one step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector128<ulong> HashTail(byte* key, byte* scratch, Vector128<ulong> y, byte* data, nint length, nint aadLength, nint totalLength)
    {
        byte* powers = key + AesGcmKey.PowersOffset;
        byte* tail = scratch + StreamLength;
        nint blocks = (length + BlockLength - 1) / BlockLength;
        if (blocks == Ghash.Powers)
        {
            // 241 to 255 bytes: no room for the length block.
            CopyBlocks(tail, data, length);
            y = Ghash.Step(y, tail, powers);
            blocks = 0;
            length = 0;
        }

        // Right-aligned, so that every block meets its power; blocks in front are zero up to the word's start, words in front are skipped.
        nint first = Ghash.Powers - 1 - blocks;
        nint word = first & -4;
        Vector512<byte>.Zero.StoreAligned(tail + (word * BlockLength));
        CopyBlocks(tail + (first * BlockLength), data, length);
        Vector128.Create(BinaryPrimitives.ReverseEndianness((ulong)aadLength * 8), BinaryPrimitives.ReverseEndianness((ulong)totalLength * 8))
            .StoreAligned((ulong*)(tail + Ghash.StepLength - BlockLength));

        Vector128<ulong> h = Vector128.LoadAligned((ulong*)(powers + (first * BlockLength)));
        Vector512<ulong> low = Ghash.Widen(Pclmulqdq.CarrylessMultiply(y, h, 0x00));
        Vector512<ulong> middle = Ghash.Widen(Pclmulqdq.CarrylessMultiply(y, h, 0x01) ^ Pclmulqdq.CarrylessMultiply(y, h, 0x10));
        Vector512<ulong> high = Ghash.Widen(Pclmulqdq.CarrylessMultiply(y, h, 0x11));
        for (nint at = word * BlockLength; at < Ghash.StepLength; at += 64)
        {
            Vector512<ulong> x = Ghash.Reverse(Vector512.LoadAligned(tail + at));
            Vector512<ulong> power = Vector512.LoadAligned((ulong*)(powers + at));
            low ^= Ghash.Low(x, power);
            middle ^= Ghash.Middle(x, power);
            high ^= Ghash.High(x, power);
        }

        return Ghash.Reduce(low, middle, high);
    }

    /// <summary>The tag; the key stream is cleared.</summary>
    private static Vector128<byte> Tag(byte* scratch, Vector128<ulong> y)
    {
        Vector128<byte> tag = Ghash.Reverse(y.AsByte()).AsByte() ^ Vector128.LoadAligned(scratch);
        for (int at = 0; at < StreamLength; at += 64)
        {
            Vector512<byte>.Zero.StoreAligned(scratch + at);
        }

        return tag;
    }

    private static byte* Align(byte* room) => (byte*)(((nuint)room + ScratchAlignment - 1) & ~(nuint)(ScratchAlignment - 1));

    // The last block is padded with zeros.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyBlocks(byte* target, byte* source, nint length)
    {
        for (; length >= BlockLength; length -= BlockLength)
        {
            Vector128.Load(source).StoreAligned(target);
            source += BlockLength;
            target += BlockLength;
        }

        if (length > 0)
        {
            PaddedBlock(source, length).StoreAligned(target);
        }
    }

    private static Vector128<byte> PaddedBlock(byte* source, nint length)
    {
        Vector128<byte> block = Vector128<byte>.Zero;
        new ReadOnlySpan<byte>(source, (int)Math.Min(length, BlockLength)).CopyTo(new Span<byte>(&block, BlockLength));
        return block;
    }
}
