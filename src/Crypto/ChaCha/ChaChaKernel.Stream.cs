using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hpc.Crypto.ChaCha;

/// <content>From words of sixteen blocks to the blocks: a transposition, in registers.</content>
internal static unsafe partial class ChaChaKernel
{
    /// <summary>Adds the state to the words of sixteen blocks and XORs them into 1,024 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Xor(uint* state, uint* words, uint addedBlocks, byte* data)
    {
        Vector512<uint> w0 = Vector512.LoadAligned(words + 0) + Vector512.LoadAligned(state + 0);
        Vector512<uint> w1 = Vector512.LoadAligned(words + 16) + Vector512.LoadAligned(state + 16);
        Vector512<uint> w2 = Vector512.LoadAligned(words + 32) + Vector512.LoadAligned(state + 32);
        Vector512<uint> w3 = Vector512.LoadAligned(words + 48) + Vector512.LoadAligned(state + 48);
        Vector512<uint> w4 = Vector512.LoadAligned(words + 64) + Vector512.LoadAligned(state + 64);
        Vector512<uint> w5 = Vector512.LoadAligned(words + 80) + Vector512.LoadAligned(state + 80);
        Vector512<uint> w6 = Vector512.LoadAligned(words + 96) + Vector512.LoadAligned(state + 96);
        Vector512<uint> w7 = Vector512.LoadAligned(words + 112) + Vector512.LoadAligned(state + 112);
        Vector512<uint> w8 = Vector512.LoadAligned(words + 128) + Vector512.LoadAligned(state + 128);
        Vector512<uint> w9 = Vector512.LoadAligned(words + 144) + Vector512.LoadAligned(state + 144);
        Vector512<uint> w10 = Vector512.LoadAligned(words + 160) + Vector512.LoadAligned(state + 160);
        Vector512<uint> w11 = Vector512.LoadAligned(words + 176) + Vector512.LoadAligned(state + 176);
        Vector512<uint> w12 = Vector512.LoadAligned(words + 192) + Vector512.LoadAligned(state + 192);
        w12 += Vector512.Create(addedBlocks);
        Vector512<uint> w13 = Vector512.LoadAligned(words + 208) + Vector512.LoadAligned(state + 208);
        Vector512<uint> w14 = Vector512.LoadAligned(words + 224) + Vector512.LoadAligned(state + 224);
        Vector512<uint> w15 = Vector512.LoadAligned(words + 240) + Vector512.LoadAligned(state + 240);

        Vector512<ulong> low0 = Avx512F.UnpackLow(w0, w1).AsUInt64();
        Vector512<ulong> low0Next = Avx512F.UnpackLow(w2, w3).AsUInt64();
        Vector512<ulong> high0 = Avx512F.UnpackHigh(w0, w1).AsUInt64();
        Vector512<ulong> high0Next = Avx512F.UnpackHigh(w2, w3).AsUInt64();
        Vector512<ulong> low1 = Avx512F.UnpackLow(w4, w5).AsUInt64();
        Vector512<ulong> low1Next = Avx512F.UnpackLow(w6, w7).AsUInt64();
        Vector512<ulong> high1 = Avx512F.UnpackHigh(w4, w5).AsUInt64();
        Vector512<ulong> high1Next = Avx512F.UnpackHigh(w6, w7).AsUInt64();
        Vector512<ulong> low2 = Avx512F.UnpackLow(w8, w9).AsUInt64();
        Vector512<ulong> low2Next = Avx512F.UnpackLow(w10, w11).AsUInt64();
        Vector512<ulong> high2 = Avx512F.UnpackHigh(w8, w9).AsUInt64();
        Vector512<ulong> high2Next = Avx512F.UnpackHigh(w10, w11).AsUInt64();
        Vector512<ulong> low3 = Avx512F.UnpackLow(w12, w13).AsUInt64();
        Vector512<ulong> low3Next = Avx512F.UnpackLow(w14, w15).AsUInt64();
        Vector512<ulong> high3 = Avx512F.UnpackHigh(w12, w13).AsUInt64();
        Vector512<ulong> high3Next = Avx512F.UnpackHigh(w14, w15).AsUInt64();

        XorBlocks(
            data + (64 * 0),
            Avx512F.UnpackLow(low0, low0Next),
            Avx512F.UnpackLow(low1, low1Next),
            Avx512F.UnpackLow(low2, low2Next),
            Avx512F.UnpackLow(low3, low3Next));
        XorBlocks(
            data + (64 * 1),
            Avx512F.UnpackHigh(low0, low0Next),
            Avx512F.UnpackHigh(low1, low1Next),
            Avx512F.UnpackHigh(low2, low2Next),
            Avx512F.UnpackHigh(low3, low3Next));
        XorBlocks(
            data + (64 * 2),
            Avx512F.UnpackLow(high0, high0Next),
            Avx512F.UnpackLow(high1, high1Next),
            Avx512F.UnpackLow(high2, high2Next),
            Avx512F.UnpackLow(high3, high3Next));
        XorBlocks(
            data + (64 * 3),
            Avx512F.UnpackHigh(high0, high0Next),
            Avx512F.UnpackHigh(high1, high1Next),
            Avx512F.UnpackHigh(high2, high2Next),
            Avx512F.UnpackHigh(high3, high3Next));
    }

    /// <summary>Takes quarters of blocks 0, 4, 8 and 12 (from there on), one quarter a vector, and XORs them into their places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void XorBlocks(byte* data, Vector512<ulong> q0, Vector512<ulong> q1, Vector512<ulong> q2, Vector512<ulong> q3)
    {
        Vector512<ulong> left01 = Avx512F.Shuffle4x128(q0, q1, 0x44);
        Vector512<ulong> right01 = Avx512F.Shuffle4x128(q0, q1, 0xEE);
        Vector512<ulong> left23 = Avx512F.Shuffle4x128(q2, q3, 0x44);
        Vector512<ulong> right23 = Avx512F.Shuffle4x128(q2, q3, 0xEE);
        XorBlock(data, Avx512F.Shuffle4x128(left01, left23, 0x88));
        XorBlock(data + (64 * 4), Avx512F.Shuffle4x128(left01, left23, 0xDD));
        XorBlock(data + (64 * 8), Avx512F.Shuffle4x128(right01, right23, 0x88));
        XorBlock(data + (64 * 12), Avx512F.Shuffle4x128(right01, right23, 0xDD));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void XorBlock(byte* data, Vector512<ulong> block) => (Vector512.Load((ulong*)data) ^ block).Store((ulong*)data);
}
