using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hpc.Crypto.Passwords;

/// <summary>The three S-boxes of pwxform, 4 KiB each, which take turns, and one block of it.</summary>
/// <param name="memory">12 KiB, filled.</param>
internal unsafe struct YescryptBoxes(byte* memory)
{
    private const int BoxLength = 4096;
    private const uint IndexMask = BoxLength - 16;

    private byte* _first = memory + (2 * BoxLength);
    private byte* _second = memory + BoxLength;
    private byte* _written = memory;
    private int _at = 0;

    /// <summary>Mixes 64 bytes: six rounds over four lanes of two 64-bit words; all rounds but the first and the last are written to the third box.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Transform(ref Vector128<ulong> a, ref Vector128<ulong> b, ref Vector128<ulong> c, ref Vector128<ulong> d)
    {
        byte* first = _first;
        byte* second = _second;
        byte* target = _written + _at;

        Vector128<ulong> x0 = Step(a, first, second);
        Vector128<ulong> x1 = Step(b, first, second);
        Vector128<ulong> x2 = Step(c, first, second);
        Vector128<ulong> x3 = Step(d, first, second);
        for (int round = 0; round < 4; round++)
        {
            x0 = Step(x0, first, second);
            x1 = Step(x1, first, second);
            x2 = Step(x2, first, second);
            x3 = Step(x3, first, second);
            x0.Store((ulong*)target);
            x1.Store((ulong*)(target + 16));
            x2.Store((ulong*)(target + 32));
            x3.Store((ulong*)(target + 48));
            target += 64;
        }

        a = Step(x0, first, second);
        b = Step(x1, first, second);
        c = Step(x2, first, second);
        d = Step(x3, first, second);

        _first = _written;
        _second = first;
        _written = second;
        _at = (_at + 256) & (BoxLength - 1);
    }

    // x = low(x)·high(x) + first[low(x)] ^ second[high(x)] in both words, indexed by the lower one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Step(Vector128<ulong> x, byte* first, byte* second)
    {
        ulong index = x.ToScalar();
        Vector128<ulong> product = Sse2.IsSupported
            ? Sse2.Multiply(x.AsUInt32(), Vector128.ShiftRightLogical(x, 32).AsUInt32())
            : Vector128.Create((ulong)(uint)index * (index >> 32), (ulong)(uint)x[1] * (x[1] >> 32));
        return (product + Vector128.Load((ulong*)(first + ((uint)index & IndexMask)))) ^ Vector128.Load((ulong*)(second + ((uint)(index >> 32) & IndexMask)));
    }
}
