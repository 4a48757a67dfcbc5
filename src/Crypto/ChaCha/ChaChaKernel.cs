using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Hpc.Crypto.ChaCha;

/// <summary>ChaCha20 (RFC 8439 §2.3, with OpenSSH's counter of 64 bits) of 32 blocks at a time. No branch and no address depends on key or data.</summary>
/// <remarks>Unsafe because packets are encrypted where they lie.</remarks>
internal static unsafe partial class ChaChaKernel
{
    /// <summary>What is encrypted at a time.</summary>
    public const int StepLength = 2 * LaneBlocks * BlockLength;

    private const int BlockLength = 64;
    private const int LaneBlocks = 16;
    private const int Words = 16;
    private const int VectorLength = 64;

    //  words of the state, each in sixteen lanes     16 × 64
    //  words of 32 blocks after the rounds           32 × 64
    private const int ScratchLength = 3 * Words * VectorLength;

    /// <summary>What the kernel needs of the CPU.</summary>
    public static bool IsSupported => Avx512F.IsSupported;

    /// <summary>Encrypts (or decrypts, which is the same) whole steps, the first of their blocks with this number.</summary>
    /// <param name="key">32 bytes.</param>
    /// <param name="nonce">8 bytes.</param>
    /// <param name="firstBlock">So small that its 32 bits do not wrap.</param>
    /// <param name="data">In place.</param>
    /// <param name="length">A multiple of <see cref="StepLength"/>.</param>
    [SkipLocalsInit]
    public static void Apply(byte* key, byte* nonce, uint firstBlock, byte* data, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(length % StepLength, 0, nameof(length));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstBlock, (uint)int.MaxValue, nameof(firstBlock));
        byte* room = stackalloc byte[ScratchLength + VectorLength];
        var state = (uint*)(((nuint)room + (VectorLength - 1)) & ~(nuint)(VectorLength - 1));
        uint* words = state + (Words * LaneBlocks);
        SetState(state, (uint*)key, (uint*)nonce, firstBlock);
        for (byte* end = data + length; data != end; data += StepLength)
        {
            Rounds(state, words);
            Xor(state, words, 0, data);
            Xor(state, words + (Words * LaneBlocks), LaneBlocks, data + (StepLength / 2));
            uint* counters = state + (12 * LaneBlocks);
            (Vector512.LoadAligned(counters) + Vector512.Create(2u * LaneBlocks)).StoreAligned(counters);
        }

        CryptographicOperations.ZeroMemory(new Span<byte>(room, ScratchLength + VectorLength));
    }

    private static void SetState(uint* state, uint* key, uint* nonce, uint firstBlock)
    {
        // "expand 32-byte k"
        SetWord(state, 0, 0x6170_7865);
        SetWord(state, 1, 0x3320_646E);
        SetWord(state, 2, 0x7962_2D32);
        SetWord(state, 3, 0x6B20_6574);
        for (int word = 0; word < 8; word++)
        {
            SetWord(state, 4 + word, Unsafe.ReadUnaligned<uint>(key + word));
        }

        Vector512<uint> counters = Vector512.Create(firstBlock) + Vector512.Create(0u, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        counters.StoreAligned(state + (12 * LaneBlocks));
        SetWord(state, 13, 0);
        SetWord(state, 14, Unsafe.ReadUnaligned<uint>(nonce));
        SetWord(state, 15, Unsafe.ReadUnaligned<uint>(nonce + 1));
    }

    private static void SetWord(uint* state, int word, uint value) => Vector512.Create(value).StoreAligned(state + (word * LaneBlocks));
}
