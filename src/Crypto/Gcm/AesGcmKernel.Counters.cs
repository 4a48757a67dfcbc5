using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hpc.Crypto.Gcm;

/// <content>Counter blocks: the nonce and a big-endian 32-bit counter, held little-endian in the last word while it is counted.</content>
internal static unsafe partial class AesGcmKernel
{
    private const uint TagCounter = 1;
    private const uint DataCounter = 2;

    internal static Vector512<uint> Four => Vector512.Create(0u, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 4);

    private static Vector512<uint> Eight => Vector512.Create(0u, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0, 8);

    private static Vector512<uint> Sixteen => Vector512.Create(0u, 0, 0, 16, 0, 0, 0, 16, 0, 0, 0, 16, 0, 0, 0, 16);

    // The nonce is read in three words: nothing beyond its twelve bytes is touched.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> FirstCounter(byte* nonce) => Vector128.Create(
        Unsafe.ReadUnaligned<uint>(nonce),
        Unsafe.ReadUnaligned<uint>(nonce + 4),
        Unsafe.ReadUnaligned<uint>(nonce + 8),
        DataCounter);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> FourCounters(Vector128<uint> first) =>
        Avx512F.BroadcastVector128ToVector512((uint*)&first) + Vector512.Create(0u, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3);

    /// <summary>Bytes of four counter blocks as they are encrypted: the counter's own are reversed.</summary>
    internal static Vector512<byte> CounterOrder => Vector512.Create(
        (byte)0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 14, 13, 12,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 14, 13, 12,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 14, 13, 12,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 14, 13, 12);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> CounterBlocks(Vector512<uint> counters) => Avx512BW.Shuffle(counters.AsByte(), CounterOrder);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> CounterBlock(Vector128<uint> counter) => Ssse3.Shuffle(
        counter.AsByte(),
        Vector128.Create((byte)0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 14, 13, 12));
}
