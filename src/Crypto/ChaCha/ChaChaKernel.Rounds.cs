using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hpc.Crypto.ChaCha;

/// <content>
/// The rounds (RFC 8439 §2.3) of twice sixteen blocks, a and b: a quarter round is one chain of dependent instructions, so sixteen blocks alone leave
/// the CPU waiting. Together they fill all 32 registers, which the JIT keeps only for variables of their own.
/// </content>
internal static unsafe partial class ChaChaKernel
{
    private const int DoubleRounds = 10;

    /// <summary>Leaves the words as they are after the rounds; the state has yet to be added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Rounds(uint* state, uint* words)
    {
        Vector512<uint> a0 = Vector512.LoadAligned(state + 0);
        Vector512<uint> a1 = Vector512.LoadAligned(state + 16);
        Vector512<uint> a2 = Vector512.LoadAligned(state + 32);
        Vector512<uint> a3 = Vector512.LoadAligned(state + 48);
        Vector512<uint> a4 = Vector512.LoadAligned(state + 64);
        Vector512<uint> a5 = Vector512.LoadAligned(state + 80);
        Vector512<uint> a6 = Vector512.LoadAligned(state + 96);
        Vector512<uint> a7 = Vector512.LoadAligned(state + 112);
        Vector512<uint> a8 = Vector512.LoadAligned(state + 128);
        Vector512<uint> a9 = Vector512.LoadAligned(state + 144);
        Vector512<uint> a10 = Vector512.LoadAligned(state + 160);
        Vector512<uint> a11 = Vector512.LoadAligned(state + 176);
        Vector512<uint> a12 = Vector512.LoadAligned(state + 192);
        Vector512<uint> a13 = Vector512.LoadAligned(state + 208);
        Vector512<uint> a14 = Vector512.LoadAligned(state + 224);
        Vector512<uint> a15 = Vector512.LoadAligned(state + 240);
        Vector512<uint> b0 = Vector512.LoadAligned(state + 0);
        Vector512<uint> b1 = Vector512.LoadAligned(state + 16);
        Vector512<uint> b2 = Vector512.LoadAligned(state + 32);
        Vector512<uint> b3 = Vector512.LoadAligned(state + 48);
        Vector512<uint> b4 = Vector512.LoadAligned(state + 64);
        Vector512<uint> b5 = Vector512.LoadAligned(state + 80);
        Vector512<uint> b6 = Vector512.LoadAligned(state + 96);
        Vector512<uint> b7 = Vector512.LoadAligned(state + 112);
        Vector512<uint> b8 = Vector512.LoadAligned(state + 128);
        Vector512<uint> b9 = Vector512.LoadAligned(state + 144);
        Vector512<uint> b10 = Vector512.LoadAligned(state + 160);
        Vector512<uint> b11 = Vector512.LoadAligned(state + 176);
        Vector512<uint> b12 = Vector512.LoadAligned(state + 192);
        Vector512<uint> b13 = Vector512.LoadAligned(state + 208);
        Vector512<uint> b14 = Vector512.LoadAligned(state + 224);
        Vector512<uint> b15 = Vector512.LoadAligned(state + 240);
        b12 += Vector512.Create((uint)LaneBlocks);
        for (int round = 0; round < DoubleRounds; round++)
        {
            // Columns.
            a0 += a4;
            a1 += a5;
            a2 += a6;
            a3 += a7;
            b0 += b4;
            b1 += b5;
            b2 += b6;
            b3 += b7;
            a12 = Avx512F.RotateLeft(a12 ^ a0, 16);
            a13 = Avx512F.RotateLeft(a13 ^ a1, 16);
            a14 = Avx512F.RotateLeft(a14 ^ a2, 16);
            a15 = Avx512F.RotateLeft(a15 ^ a3, 16);
            b12 = Avx512F.RotateLeft(b12 ^ b0, 16);
            b13 = Avx512F.RotateLeft(b13 ^ b1, 16);
            b14 = Avx512F.RotateLeft(b14 ^ b2, 16);
            b15 = Avx512F.RotateLeft(b15 ^ b3, 16);
            a8 += a12;
            a9 += a13;
            a10 += a14;
            a11 += a15;
            b8 += b12;
            b9 += b13;
            b10 += b14;
            b11 += b15;
            a4 = Avx512F.RotateLeft(a4 ^ a8, 12);
            a5 = Avx512F.RotateLeft(a5 ^ a9, 12);
            a6 = Avx512F.RotateLeft(a6 ^ a10, 12);
            a7 = Avx512F.RotateLeft(a7 ^ a11, 12);
            b4 = Avx512F.RotateLeft(b4 ^ b8, 12);
            b5 = Avx512F.RotateLeft(b5 ^ b9, 12);
            b6 = Avx512F.RotateLeft(b6 ^ b10, 12);
            b7 = Avx512F.RotateLeft(b7 ^ b11, 12);
            a0 += a4;
            a1 += a5;
            a2 += a6;
            a3 += a7;
            b0 += b4;
            b1 += b5;
            b2 += b6;
            b3 += b7;
            a12 = Avx512F.RotateLeft(a12 ^ a0, 8);
            a13 = Avx512F.RotateLeft(a13 ^ a1, 8);
            a14 = Avx512F.RotateLeft(a14 ^ a2, 8);
            a15 = Avx512F.RotateLeft(a15 ^ a3, 8);
            b12 = Avx512F.RotateLeft(b12 ^ b0, 8);
            b13 = Avx512F.RotateLeft(b13 ^ b1, 8);
            b14 = Avx512F.RotateLeft(b14 ^ b2, 8);
            b15 = Avx512F.RotateLeft(b15 ^ b3, 8);
            a8 += a12;
            a9 += a13;
            a10 += a14;
            a11 += a15;
            b8 += b12;
            b9 += b13;
            b10 += b14;
            b11 += b15;
            a4 = Avx512F.RotateLeft(a4 ^ a8, 7);
            a5 = Avx512F.RotateLeft(a5 ^ a9, 7);
            a6 = Avx512F.RotateLeft(a6 ^ a10, 7);
            a7 = Avx512F.RotateLeft(a7 ^ a11, 7);
            b4 = Avx512F.RotateLeft(b4 ^ b8, 7);
            b5 = Avx512F.RotateLeft(b5 ^ b9, 7);
            b6 = Avx512F.RotateLeft(b6 ^ b10, 7);
            b7 = Avx512F.RotateLeft(b7 ^ b11, 7);

            // Diagonals.
            a0 += a5;
            a1 += a6;
            a2 += a7;
            a3 += a4;
            b0 += b5;
            b1 += b6;
            b2 += b7;
            b3 += b4;
            a15 = Avx512F.RotateLeft(a15 ^ a0, 16);
            a12 = Avx512F.RotateLeft(a12 ^ a1, 16);
            a13 = Avx512F.RotateLeft(a13 ^ a2, 16);
            a14 = Avx512F.RotateLeft(a14 ^ a3, 16);
            b15 = Avx512F.RotateLeft(b15 ^ b0, 16);
            b12 = Avx512F.RotateLeft(b12 ^ b1, 16);
            b13 = Avx512F.RotateLeft(b13 ^ b2, 16);
            b14 = Avx512F.RotateLeft(b14 ^ b3, 16);
            a10 += a15;
            a11 += a12;
            a8 += a13;
            a9 += a14;
            b10 += b15;
            b11 += b12;
            b8 += b13;
            b9 += b14;
            a5 = Avx512F.RotateLeft(a5 ^ a10, 12);
            a6 = Avx512F.RotateLeft(a6 ^ a11, 12);
            a7 = Avx512F.RotateLeft(a7 ^ a8, 12);
            a4 = Avx512F.RotateLeft(a4 ^ a9, 12);
            b5 = Avx512F.RotateLeft(b5 ^ b10, 12);
            b6 = Avx512F.RotateLeft(b6 ^ b11, 12);
            b7 = Avx512F.RotateLeft(b7 ^ b8, 12);
            b4 = Avx512F.RotateLeft(b4 ^ b9, 12);
            a0 += a5;
            a1 += a6;
            a2 += a7;
            a3 += a4;
            b0 += b5;
            b1 += b6;
            b2 += b7;
            b3 += b4;
            a15 = Avx512F.RotateLeft(a15 ^ a0, 8);
            a12 = Avx512F.RotateLeft(a12 ^ a1, 8);
            a13 = Avx512F.RotateLeft(a13 ^ a2, 8);
            a14 = Avx512F.RotateLeft(a14 ^ a3, 8);
            b15 = Avx512F.RotateLeft(b15 ^ b0, 8);
            b12 = Avx512F.RotateLeft(b12 ^ b1, 8);
            b13 = Avx512F.RotateLeft(b13 ^ b2, 8);
            b14 = Avx512F.RotateLeft(b14 ^ b3, 8);
            a10 += a15;
            a11 += a12;
            a8 += a13;
            a9 += a14;
            b10 += b15;
            b11 += b12;
            b8 += b13;
            b9 += b14;
            a5 = Avx512F.RotateLeft(a5 ^ a10, 7);
            a6 = Avx512F.RotateLeft(a6 ^ a11, 7);
            a7 = Avx512F.RotateLeft(a7 ^ a8, 7);
            a4 = Avx512F.RotateLeft(a4 ^ a9, 7);
            b5 = Avx512F.RotateLeft(b5 ^ b10, 7);
            b6 = Avx512F.RotateLeft(b6 ^ b11, 7);
            b7 = Avx512F.RotateLeft(b7 ^ b8, 7);
            b4 = Avx512F.RotateLeft(b4 ^ b9, 7);
        }

        a0.StoreAligned(words + 0);
        a1.StoreAligned(words + 16);
        a2.StoreAligned(words + 32);
        a3.StoreAligned(words + 48);
        a4.StoreAligned(words + 64);
        a5.StoreAligned(words + 80);
        a6.StoreAligned(words + 96);
        a7.StoreAligned(words + 112);
        a8.StoreAligned(words + 128);
        a9.StoreAligned(words + 144);
        a10.StoreAligned(words + 160);
        a11.StoreAligned(words + 176);
        a12.StoreAligned(words + 192);
        a13.StoreAligned(words + 208);
        a14.StoreAligned(words + 224);
        a15.StoreAligned(words + 240);
        b0.StoreAligned(words + 256);
        b1.StoreAligned(words + 272);
        b2.StoreAligned(words + 288);
        b3.StoreAligned(words + 304);
        b4.StoreAligned(words + 320);
        b5.StoreAligned(words + 336);
        b6.StoreAligned(words + 352);
        b7.StoreAligned(words + 368);
        b8.StoreAligned(words + 384);
        b9.StoreAligned(words + 400);
        b10.StoreAligned(words + 416);
        b11.StoreAligned(words + 432);
        b12.StoreAligned(words + 448);
        b13.StoreAligned(words + 464);
        b14.StoreAligned(words + 480);
        b15.StoreAligned(words + 496);
    }
}
