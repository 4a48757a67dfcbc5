using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hpc.Crypto.Gcm;

/// <summary>
/// GHASH (NIST SP 800-38D §6.4) on carry-less multiplication. Blocks are byte-reversed and H is kept as H·x, which makes it POLYVAL
/// (RFC 8452 appendix A): the reduction is then two multiplications by one constant. No tables and no branch on data.
/// </summary>
/// <remarks>AggressiveInlining because vectors of 512 bits otherwise pass through memory; unsafe for unaligned loads from packets.</remarks>
internal static unsafe class Ghash
{
    public const int Powers = 16;

    /// <summary>What one step takes: a block for every power.</summary>
    public const int StepLength = Powers * 16;

    // x^127 + x^126 + x^121, the upper half of the reversed polynomial.
    internal const ulong Polynomial = 0xC200_0000_0000_0000;

    /// <summary>Lays out H^16 … H^1, so that a step's first block meets the highest power.</summary>
    public static void FillPowers(Vector128<byte> h, Vector128<ulong>* powers)
    {
        Vector128<ulong> first = TimesX(Reverse(h));
        Vector128<ulong> power = first;
        powers[Powers - 1] = power;
        for (int i = Powers - 2; i >= 0; i--)
        {
            power = Multiply(power, first);
            powers[i] = power;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Reverse(Vector128<byte> block) => Ssse3.Shuffle(
        block,
        Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)).AsUInt64();

    /// <summary>The bytes of four blocks, each reversed.</summary>
    internal static Vector512<byte> ReverseOrder => Vector512.Create(
        (byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
        15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
        15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0,
        15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Reverse(Vector512<byte> blocks) => Avx512BW.Shuffle(blocks, ReverseOrder).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Multiply(Vector128<ulong> a, Vector128<ulong> b) => Reduce(
        Pclmulqdq.CarrylessMultiply(a, b, 0x00),
        Pclmulqdq.CarrylessMultiply(a, b, 0x01) ^ Pclmulqdq.CarrylessMultiply(a, b, 0x10),
        Pclmulqdq.CarrylessMultiply(a, b, 0x11));

    /// <summary>A block as the first of four, the others zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Widen(Vector128<ulong> block) => block.ToVector256().ToVector512();

    /// <summary>Hashes 256 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Step(Vector128<ulong> y, byte* data, byte* powers)
    {
        Vector512<ulong> x0 = Reverse(Vector512.Load(data)) ^ Widen(y);
        Vector512<ulong> x1 = Reverse(Vector512.Load(data + 64));
        Vector512<ulong> x2 = Reverse(Vector512.Load(data + 128));
        Vector512<ulong> x3 = Reverse(Vector512.Load(data + 192));
        Vector512<ulong> h0 = Vector512.LoadAligned((ulong*)powers);
        Vector512<ulong> h1 = Vector512.LoadAligned((ulong*)(powers + 64));
        Vector512<ulong> h2 = Vector512.LoadAligned((ulong*)(powers + 128));
        Vector512<ulong> h3 = Vector512.LoadAligned((ulong*)(powers + 192));
        return Reduce(
            Low(x0, h0) ^ Low(x1, h1) ^ Low(x2, h2) ^ Low(x3, h3),
            Middle(x0, h0) ^ Middle(x1, h1) ^ Middle(x2, h2) ^ Middle(x3, h3),
            High(x0, h0) ^ High(x1, h1) ^ High(x2, h2) ^ High(x3, h3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Low(Vector512<ulong> a, Vector512<ulong> b) => Pclmulqdq.V512.CarrylessMultiply(a, b, 0x00);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Middle(Vector512<ulong> a, Vector512<ulong> b) =>
        Pclmulqdq.V512.CarrylessMultiply(a, b, 0x01) ^ Pclmulqdq.V512.CarrylessMultiply(a, b, 0x10);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> High(Vector512<ulong> a, Vector512<ulong> b) => Pclmulqdq.V512.CarrylessMultiply(a, b, 0x11);

    /// <summary>Reduces the lanes before they are folded: one fold where folding first would need three.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Reduce(Vector512<ulong> low, Vector512<ulong> middle, Vector512<ulong> high)
    {
        Vector512<ulong> polynomial = Vector512.Create(Polynomial);
        low ^= Avx512BW.ShiftLeftLogical128BitLane(middle.AsByte(), 8).AsUInt64();
        high ^= Avx512BW.ShiftRightLogical128BitLane(middle.AsByte(), 8).AsUInt64();
        low = Avx512F.Shuffle(low.AsInt32(), 0x4E).AsUInt64() ^ Pclmulqdq.V512.CarrylessMultiply(low, polynomial, 0x00);
        low = Avx512F.Shuffle(low.AsInt32(), 0x4E).AsUInt64() ^ Pclmulqdq.V512.CarrylessMultiply(low, polynomial, 0x00) ^ high;
        return Fold(low);
    }

    /// <summary>low + middle·x^64 + high·x^128, times x^-128 (Montgomery).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Reduce(Vector128<ulong> low, Vector128<ulong> middle, Vector128<ulong> high)
    {
        Vector128<ulong> polynomial = Vector128.CreateScalar(Polynomial);
        low ^= Sse2.ShiftLeftLogical128BitLane(middle, 8);
        high ^= Sse2.ShiftRightLogical128BitLane(middle, 8);
        low = SwapHalves(low) ^ Pclmulqdq.CarrylessMultiply(low, polynomial, 0x00);
        low = SwapHalves(low) ^ Pclmulqdq.CarrylessMultiply(low, polynomial, 0x00);
        return low ^ high;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> SwapHalves(Vector128<ulong> value) => Sse2.Shuffle(value.AsInt32(), 0x4E).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Fold(Vector512<ulong> lanes)
    {
        Vector256<ulong> half = lanes.GetLower() ^ lanes.GetUpper();
        return half.GetLower() ^ half.GetUpper();
    }

    // The bit that leaves at the top comes back as the polynomial, by mask and not by branch.
    private static Vector128<ulong> TimesX(Vector128<ulong> value)
    {
        ulong low = value.GetElement(0);
        ulong high = value.GetElement(1);
        ulong carry = 0 - (high >> 63);
        return Vector128.Create((low << 1) ^ (carry & 1), ((high << 1) | (low >> 63)) ^ (carry & Polynomial));
    }
}
