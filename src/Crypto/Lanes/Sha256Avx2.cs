using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hpc.Crypto.Lanes;

/// <summary>SHA-256 of eight messages at once, for CPUs without AVX-512; see <see cref="Sha256Avx512"/>. It pays where there is no SHA-NI either.</summary>
/// <remarks>AggressiveInlining because the words and the state have to stay in registers; unsafe for unaligned loads from packets.</remarks>
[SkipLocalsInit]
internal static unsafe partial class Sha256Avx2
{
    public const int Lanes = 8;

    public static bool IsSupported => Avx2.IsSupported;

    // Eight words of one lane, big-endian.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Load(byte* halfBlock) => Avx2.Shuffle(
        Vector256.Load(halfBlock),
        Vector256.Create(
            (byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12,
            3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)).AsUInt32();

    /// <summary>Transposes 4×4 words within each half: row j then holds word 4q + j of the four lanes in half q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeWords(ref Vector256<uint> r0, ref Vector256<uint> r1, ref Vector256<uint> r2, ref Vector256<uint> r3)
    {
        Vector256<ulong> low01 = Avx2.UnpackLow(r0, r1).AsUInt64();
        Vector256<ulong> high01 = Avx2.UnpackHigh(r0, r1).AsUInt64();
        Vector256<ulong> low23 = Avx2.UnpackLow(r2, r3).AsUInt64();
        Vector256<ulong> high23 = Avx2.UnpackHigh(r2, r3).AsUInt64();
        r0 = Avx2.UnpackLow(low01, low23).AsUInt32();
        r1 = Avx2.UnpackHigh(low01, low23).AsUInt32();
        r2 = Avx2.UnpackLow(high01, high23).AsUInt32();
        r3 = Avx2.UnpackHigh(high01, high23).AsUInt32();
    }

    /// <summary>Transposes 2×2 halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SwapHalves(ref Vector256<uint> r0, ref Vector256<uint> r1)
    {
        Vector256<uint> low = Avx2.Permute2x128(r0, r1, 0x20);
        r1 = Avx2.Permute2x128(r0, r1, 0x31);
        r0 = low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Choose(Vector256<uint> x, Vector256<uint> y, Vector256<uint> z) => z ^ (x & (y ^ z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Majority(Vector256<uint> x, Vector256<uint> y, Vector256<uint> z) => (x & y) | (z & (x | y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Sum0(Vector256<uint> x) => Rotate(x, 2) ^ Rotate(x, 13) ^ Rotate(x, 22);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Sum1(Vector256<uint> x) => Rotate(x, 6) ^ Rotate(x, 11) ^ Rotate(x, 25);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Sigma0(Vector256<uint> x) => Rotate(x, 7) ^ Rotate(x, 18) ^ (x >>> 3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Sigma1(Vector256<uint> x) => Rotate(x, 17) ^ Rotate(x, 19) ^ (x >>> 10);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Rotate(Vector256<uint> x, int count) => (x >>> count) | (x << (32 - count));
}
