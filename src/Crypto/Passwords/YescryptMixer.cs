using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hpc.Crypto.Secrets;

namespace Hpc.Crypto.Passwords;

/// <summary>
/// SMix of yescrypt over its memory. The words of every 64 bytes are kept in the order that suits SIMD (word i of the block is word 5·i mod 16
/// of Salsa20's), which is part of the definition: pwxform sees it.
/// </summary>
internal readonly unsafe struct YescryptMixer(byte* memory, byte* scratch, int blockSize)
{
    public const int BoxesLength = 3 * 4096;

    private const int Words = 16;

    private readonly int _blockLength = 128 * blockSize;

    /// <summary>S-boxes from the first 128 bytes of a lane, as scrypt's memory would be filled; these bytes change.</summary>
    public static void FillBoxes(byte* lane, byte* boxes)
    {
        uint* x = stackalloc uint[2 * Words];
        Shuffle(lane, x, 2);
        for (int i = 0; i < BoxesLength / 128; i++)
        {
            Buffer.MemoryCopy(x, boxes + (i * 128), 128, 128);
            Xor(x, x + Words);
            Core(x, 8);
            Xor(x + Words, x);
            Core(x + Words, 8);
        }

        Unshuffle(x, lane, 2);
    }

    /// <summary>First pass: writes blocks one after another, each mixed with an earlier one.</summary>
    public void Fill(byte* lane, long firstBlock, int count, ref YescryptBoxes boxes)
    {
        byte* blocks = memory + (firstBlock * _blockLength);
        Shuffle(lane, (uint*)scratch, 2 * blockSize);
        for (int i = 0; i < count; i++)
        {
            Buffer.MemoryCopy(scratch, blocks + ((long)i * _blockLength), _blockLength, _blockLength);
            if (i > 1)
            {
                // The earlier blocks are taken from a window whose size is a power of two and that ends here.
                uint window = 1u << BitOperations.Log2((uint)i);
                long j = (Integerify() & (window - 1)) + ((uint)i - window);
                XorBlock(blocks + (j * _blockLength));
            }

            BlockMix(ref boxes);
        }

        Unshuffle((uint*)scratch, lane, 2 * blockSize);
    }

    /// <summary>Later passes: mixes with blocks that the data chooses, and writes back what comes of it or not. <paramref name="count"/> is a power of two.</summary>
    public void Walk(byte* lane, long firstBlock, int count, long loops, bool writes, ref YescryptBoxes boxes)
    {
        byte* blocks = memory + (firstBlock * _blockLength);
        Shuffle(lane, (uint*)scratch, 2 * blockSize);
        for (long i = 0; i < loops; i++)
        {
            byte* block = blocks + ((Integerify() & ((uint)count - 1)) * _blockLength);
            XorBlock(block);
            if (writes)
            {
                Buffer.MemoryCopy(scratch, block, _blockLength, _blockLength);
            }

            BlockMix(ref boxes);
        }

        Unshuffle((uint*)scratch, lane, 2 * blockSize);
    }

    // The first word of the last 64 bytes. Counts are below 2^31, so the word that would be the upper half does not matter.
    private long Integerify() => *(uint*)(scratch + _blockLength - 64);

    // Compiled at once with all optimisations: a hash is done before the runtime has noticed what is hot.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void XorBlock(byte* block)
    {
        for (int i = 0; i < _blockLength; i += 64)
        {
            (Vector512.Load(scratch + i) ^ Vector512.Load(block + i)).Store(scratch + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BlockMix(ref YescryptBoxes boxes)
    {
        ulong* at = (ulong*)(scratch + _blockLength - 64);
        Vector128<ulong> a = Vector128.Load(at);
        Vector128<ulong> b = Vector128.Load(at + 2);
        Vector128<ulong> c = Vector128.Load(at + 4);
        Vector128<ulong> d = Vector128.Load(at + 6);
        at = (ulong*)scratch;
        for (int i = 0; i < _blockLength; i += 64, at += 8)
        {
            a ^= Vector128.Load(at);
            b ^= Vector128.Load(at + 2);
            c ^= Vector128.Load(at + 4);
            d ^= Vector128.Load(at + 6);
            boxes.Transform(ref a, ref b, ref c, ref d);
            a.Store(at);
            b.Store(at + 2);
            c.Store(at + 4);
            d.Store(at + 6);
        }

        Core((uint*)(scratch + _blockLength - 64), 2);
    }

    private static void Xor(uint* target, uint* other) => (Vector512.Load(target) ^ Vector512.Load(other)).Store(target);

    private static void Shuffle(byte* bytes, uint* words, int blocks)
    {
        uint* from = (uint*)bytes;
        for (int k = 0; k < blocks; k++, from += Words, words += Words)
        {
            for (int i = 0; i < Words; i++)
            {
                words[i] = from[i * 5 % Words];
            }
        }
    }

    private static void Unshuffle(uint* words, byte* bytes, int blocks)
    {
        uint* to = (uint*)bytes;
        for (int k = 0; k < blocks; k++, to += Words, words += Words)
        {
            for (int i = 0; i < Words; i++)
            {
                to[i * 5 % Words] = words[i];
            }
        }
    }

    /// <summary>Salsa20 core (RFC 7914 §3) on shuffled words.</summary>
    private static void Core(uint* block, int rounds)
    {
        uint* x = stackalloc uint[Words];
        for (int i = 0; i < Words; i++)
        {
            x[i * 5 % Words] = block[i];
        }

        Salsa20.Rounds(x, rounds);
        for (int i = 0; i < Words; i++)
        {
            block[i] += x[i * 5 % Words];
        }
    }
}
