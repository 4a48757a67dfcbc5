using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hpc.Crypto.Passwords;

/// <summary>One segment of argon2id's memory: a quarter of a lane in one pass (RFC 9106 §3.4).</summary>
internal readonly unsafe ref struct Argon2Segment(ulong* memory, Argon2Parameters parameters, int segmentLength, int pass, int slice, int lane)
{
    private const int BlockWords = 128;
    private const int Slices = 4;

    private readonly ulong* _memory = memory;
    private readonly Argon2Parameters _parameters = parameters;
    private readonly int _segmentLength = segmentLength;
    private readonly int _laneLength = segmentLength * Slices;
    private readonly int _pass = pass;
    private readonly int _slice = slice;
    private readonly int _lane = lane;

    // argon2id: the first half of the first pass chooses its references independently of the password, the rest by the data.
    private bool IsIndependent => _pass == 0 && _slice < 2;

    public void Fill()
    {
        // Five blocks: scratch (2), counter input, addresses, zeros.
        ulong* scratch = (ulong*)NativeMemory.AlignedAlloc(5 * BlockWords * sizeof(ulong), 64);
        NativeMemory.Clear(scratch, 5 * BlockWords * sizeof(ulong));
        try
        {
            Fill(scratch);
        }
        finally
        {
            NativeMemory.Clear(scratch, 5 * BlockWords * sizeof(ulong));
            NativeMemory.AlignedFree(scratch);
        }
    }

    private void Fill(ulong* scratch)
    {
        ulong* counter = scratch + (2 * BlockWords);
        ulong* addresses = scratch + (3 * BlockWords);
        ulong* zeros = scratch + (4 * BlockWords);
        int first = _pass == 0 && _slice == 0 ? 2 : 0;
        if (IsIndependent)
        {
            counter[0] = (ulong)_pass;
            counter[1] = (ulong)_lane;
            counter[2] = (ulong)_slice;
            counter[3] = (ulong)_laneLength * (ulong)_parameters.Lanes;
            counter[4] = (ulong)_parameters.Passes;
            counter[5] = 2;
            if (first != 0)
            {
                NextAddresses(counter, addresses, zeros, scratch);
            }
        }

        ulong* laneStart = _memory + ((long)_lane * _laneLength * BlockWords);
        for (int index = first; index < _segmentLength; index++)
        {
            int column = (_slice * _segmentLength) + index;
            ulong* previous = laneStart + ((long)(column == 0 ? _laneLength - 1 : column - 1) * BlockWords);
            ulong random;
            if (IsIndependent)
            {
                if (index % BlockWords == 0)
                {
                    NextAddresses(counter, addresses, zeros, scratch);
                }

                random = addresses[index % BlockWords];
            }
            else
            {
                random = previous[0];
            }

            ulong* reference = Reference(random, index);
            Compress(previous, reference, laneStart + ((long)column * BlockWords), scratch, _pass != 0);
        }
    }

    private static void NextAddresses(ulong* counter, ulong* addresses, ulong* zeros, ulong* scratch)
    {
        counter[6]++;
        Compress(zeros, counter, addresses, scratch, mixIn: false);
        Compress(zeros, addresses, addresses, scratch, mixIn: false);
    }

    /// <summary>RFC 9106 §3.4.1.2 and §3.4.2: maps 64 pseudo-random bits to a finished block.</summary>
    private ulong* Reference(ulong random, int index)
    {
        int lane = _pass == 0 && _slice == 0 ? _lane : (int)((random >> 32) % (uint)_parameters.Lanes);
        bool sameLane = lane == _lane;
        int finished = _pass == 0 ? _slice * _segmentLength : _laneLength - _segmentLength;
        int area = sameLane ? finished + index - 1 : finished - (index == 0 ? 1 : 0);

        ulong j1 = random & 0xffffffff;
        ulong x = (j1 * j1) >> 32;
        ulong y = ((ulong)(uint)area * x) >> 32;
        long relative = area - 1 - (long)y;
        long start = _pass == 0 || _slice == Slices - 1 ? 0 : (long)(_slice + 1) * _segmentLength;
        long column = (start + relative) % _laneLength;
        return _memory + ((((long)lane * _laneLength) + column) * BlockWords);
    }

    /// <summary>G (RFC 9106 §3.5): <paramref name="target"/> = P(x ^ y) ^ x ^ y, and ^ its old content from the second pass on.</summary>
    private static void Compress(ulong* x, ulong* y, ulong* target, ulong* scratch, bool mixIn)
    {
        ulong* r = scratch;
        ulong* z = scratch + BlockWords;
        for (int i = 0; i < BlockWords; i++)
        {
            ulong word = x[i] ^ y[i];
            r[i] = word;
            z[i] = mixIn ? word ^ target[i] : word;
        }

        for (int row = 0; row < 8; row++)
        {
            Permute(r + (16 * row), 2);
        }

        for (int column = 0; column < 8; column++)
        {
            Permute(r + (2 * column), 16);
        }

        for (int i = 0; i < BlockWords; i++)
        {
            target[i] = z[i] ^ r[i];
        }
    }

    /// <summary>P on eight 16-byte registers that are <paramref name="stride"/> words apart.</summary>
    private static void Permute(ulong* v, int stride)
    {
        ulong v0 = v[0], v1 = v[1], v2 = v[stride], v3 = v[stride + 1];
        ulong v4 = v[2 * stride], v5 = v[(2 * stride) + 1], v6 = v[3 * stride], v7 = v[(3 * stride) + 1];
        ulong v8 = v[4 * stride], v9 = v[(4 * stride) + 1], v10 = v[5 * stride], v11 = v[(5 * stride) + 1];
        ulong v12 = v[6 * stride], v13 = v[(6 * stride) + 1], v14 = v[7 * stride], v15 = v[(7 * stride) + 1];

        Mix(ref v0, ref v4, ref v8, ref v12);
        Mix(ref v1, ref v5, ref v9, ref v13);
        Mix(ref v2, ref v6, ref v10, ref v14);
        Mix(ref v3, ref v7, ref v11, ref v15);
        Mix(ref v0, ref v5, ref v10, ref v15);
        Mix(ref v1, ref v6, ref v11, ref v12);
        Mix(ref v2, ref v7, ref v8, ref v13);
        Mix(ref v3, ref v4, ref v9, ref v14);

        v[0] = v0;
        v[1] = v1;
        v[stride] = v2;
        v[stride + 1] = v3;
        v[2 * stride] = v4;
        v[(2 * stride) + 1] = v5;
        v[3 * stride] = v6;
        v[(3 * stride) + 1] = v7;
        v[4 * stride] = v8;
        v[(4 * stride) + 1] = v9;
        v[5 * stride] = v10;
        v[(5 * stride) + 1] = v11;
        v[6 * stride] = v12;
        v[(6 * stride) + 1] = v13;
        v[7 * stride] = v14;
        v[(7 * stride) + 1] = v15;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ref ulong a, ref ulong b, ref ulong c, ref ulong d)
    {
        a = Multiply(a, b);
        d = BitOperations.RotateRight(d ^ a, 32);
        c = Multiply(c, d);
        b = BitOperations.RotateRight(b ^ c, 24);
        a = Multiply(a, b);
        d = BitOperations.RotateRight(d ^ a, 16);
        c = Multiply(c, d);
        b = BitOperations.RotateRight(b ^ c, 63);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Multiply(ulong x, ulong y) => x + y + (2UL * (uint)x * (uint)y);
}
