using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hpc.Crypto.Lanes;

/// <summary>SHA-256 of sixteen messages at once, one in each 32-bit lane. No branch and no address depends on what is hashed.</summary>
/// <remarks>AggressiveInlining because the words and the state have to stay in registers; unsafe for unaligned loads from packets.</remarks>
[SkipLocalsInit]
internal static unsafe partial class Sha256Avx512
{
    public const int Lanes = 16;

    // Truth tables of three inputs.
    private const byte ExclusiveOr = 0x96;
    private const byte Select = 0xCA;
    private const byte TwoOfThree = 0xE8;

    public static bool IsSupported => Avx512F.IsSupported && Avx512BW.IsSupported;

    // Sixteen words of one lane, big-endian.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Load(byte* block) => Avx512BW.Shuffle(
        Vector512.Load(block),
        Vector512.Create(
            (byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12,
            3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12,
            3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12,
            3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)).AsUInt32();

    /// <summary>Transposes 4×4 words within each quarter: row j then holds word 4q + j of the four lanes in quarter q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeWords(ref Vector512<uint> r0, ref Vector512<uint> r1, ref Vector512<uint> r2, ref Vector512<uint> r3)
    {
        Vector512<ulong> low01 = Avx512F.UnpackLow(r0, r1).AsUInt64();
        Vector512<ulong> high01 = Avx512F.UnpackHigh(r0, r1).AsUInt64();
        Vector512<ulong> low23 = Avx512F.UnpackLow(r2, r3).AsUInt64();
        Vector512<ulong> high23 = Avx512F.UnpackHigh(r2, r3).AsUInt64();
        r0 = Avx512F.UnpackLow(low01, low23).AsUInt32();
        r1 = Avx512F.UnpackHigh(low01, low23).AsUInt32();
        r2 = Avx512F.UnpackLow(high01, high23).AsUInt32();
        r3 = Avx512F.UnpackHigh(high01, high23).AsUInt32();
    }

    /// <summary>Transposes 4×4 quarters: row q then holds quarter q of the four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeQuarters(ref Vector512<uint> r0, ref Vector512<uint> r1, ref Vector512<uint> r2, ref Vector512<uint> r3)
    {
        Vector512<uint> low01 = Avx512F.Shuffle4x128(r0, r1, 0x44);
        Vector512<uint> high01 = Avx512F.Shuffle4x128(r0, r1, 0xEE);
        Vector512<uint> low23 = Avx512F.Shuffle4x128(r2, r3, 0x44);
        Vector512<uint> high23 = Avx512F.Shuffle4x128(r2, r3, 0xEE);
        r0 = Avx512F.Shuffle4x128(low01, low23, 0x88);
        r1 = Avx512F.Shuffle4x128(low01, low23, 0xDD);
        r2 = Avx512F.Shuffle4x128(high01, high23, 0x88);
        r3 = Avx512F.Shuffle4x128(high01, high23, 0xDD);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Choose(Vector512<uint> x, Vector512<uint> y, Vector512<uint> z) => Avx512F.TernaryLogic(x, y, z, Select);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Majority(Vector512<uint> x, Vector512<uint> y, Vector512<uint> z) => Avx512F.TernaryLogic(x, y, z, TwoOfThree);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Sum0(Vector512<uint> x) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(x, 2), Avx512F.RotateRight(x, 13), Avx512F.RotateRight(x, 22), ExclusiveOr);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Sum1(Vector512<uint> x) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(x, 6), Avx512F.RotateRight(x, 11), Avx512F.RotateRight(x, 25), ExclusiveOr);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Sigma0(Vector512<uint> x) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(x, 7), Avx512F.RotateRight(x, 18), x >>> 3, ExclusiveOr);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Sigma1(Vector512<uint> x) =>
        Avx512F.TernaryLogic(Avx512F.RotateRight(x, 17), Avx512F.RotateRight(x, 19), x >>> 10, ExclusiveOr);
}
