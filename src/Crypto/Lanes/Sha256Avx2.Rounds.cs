using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hpc.Crypto.Lanes;

/// <content>The 64 rounds, unrolled by sixteen: in a shorter loop the sixteen words would have to move.</content>
internal static unsafe partial class Sha256Avx2
{
    /// <summary>
    /// Hashes <paramref name="blocks"/> blocks of every lane, whose addresses are moved on by as much. The state holds word after word of all lanes.
    /// </summary>
    /// <remarks>AggressiveOptimization: no tier-0 code, and the measurement sees what will run.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress(uint* state, byte** lanes, nint blocks)
    {
        Vector256<uint> a = Vector256.LoadAligned(state);
        Vector256<uint> b = Vector256.LoadAligned(state + (1 * Lanes));
        Vector256<uint> c = Vector256.LoadAligned(state + (2 * Lanes));
        Vector256<uint> d = Vector256.LoadAligned(state + (3 * Lanes));
        Vector256<uint> e = Vector256.LoadAligned(state + (4 * Lanes));
        Vector256<uint> f = Vector256.LoadAligned(state + (5 * Lanes));
        Vector256<uint> g = Vector256.LoadAligned(state + (6 * Lanes));
        Vector256<uint> h = Vector256.LoadAligned(state + (7 * Lanes));
        Vector256<uint> choose;
        Vector256<uint> sum;
        for (; blocks > 0; blocks--)
        {
            Vector256<uint> w0 = Load(lanes[0]);
            Vector256<uint> w1 = Load(lanes[1]);
            Vector256<uint> w2 = Load(lanes[2]);
            Vector256<uint> w3 = Load(lanes[3]);
            Vector256<uint> w4 = Load(lanes[4]);
            Vector256<uint> w5 = Load(lanes[5]);
            Vector256<uint> w6 = Load(lanes[6]);
            Vector256<uint> w7 = Load(lanes[7]);
            Vector256<uint> w8 = Load(lanes[0] + 32);
            Vector256<uint> w9 = Load(lanes[1] + 32);
            Vector256<uint> w10 = Load(lanes[2] + 32);
            Vector256<uint> w11 = Load(lanes[3] + 32);
            Vector256<uint> w12 = Load(lanes[4] + 32);
            Vector256<uint> w13 = Load(lanes[5] + 32);
            Vector256<uint> w14 = Load(lanes[6] + 32);
            Vector256<uint> w15 = Load(lanes[7] + 32);
            TransposeWords(ref w0, ref w1, ref w2, ref w3);
            TransposeWords(ref w4, ref w5, ref w6, ref w7);
            TransposeWords(ref w8, ref w9, ref w10, ref w11);
            TransposeWords(ref w12, ref w13, ref w14, ref w15);
            SwapHalves(ref w0, ref w4);
            SwapHalves(ref w1, ref w5);
            SwapHalves(ref w2, ref w6);
            SwapHalves(ref w3, ref w7);
            SwapHalves(ref w8, ref w12);
            SwapHalves(ref w9, ref w13);
            SwapHalves(ref w10, ref w14);
            SwapHalves(ref w11, ref w15);
            for (int lane = 0; lane < Lanes; lane++)
            {
                lanes[lane] += Sha256Constants.BlockLength;
            }

            // The longest chain of a round is three operations: what depends on nothing new is added first.
            uint* k = Sha256Constants.K;
            for (int part = 0; part < 3; part++, k += 16)
            {
                h += w0 + Vector256.Create(*k);
                d += h;
                choose = Choose(e, f, g);
                sum = Sum1(e);
                d = d + choose + sum;
                h = h + choose + sum;
                h = h + Majority(a, b, c) + Sum0(a);
                w0 = w0 + w9 + Sigma0(w1) + Sigma1(w14);

                g += w1 + Vector256.Create(k[1]);
                c += g;
                choose = Choose(d, e, f);
                sum = Sum1(d);
                c = c + choose + sum;
                g = g + choose + sum;
                g = g + Majority(h, a, b) + Sum0(h);
                w1 = w1 + w10 + Sigma0(w2) + Sigma1(w15);

                f += w2 + Vector256.Create(k[2]);
                b += f;
                choose = Choose(c, d, e);
                sum = Sum1(c);
                b = b + choose + sum;
                f = f + choose + sum;
                f = f + Majority(g, h, a) + Sum0(g);
                w2 = w2 + w11 + Sigma0(w3) + Sigma1(w0);

                e += w3 + Vector256.Create(k[3]);
                a += e;
                choose = Choose(b, c, d);
                sum = Sum1(b);
                a = a + choose + sum;
                e = e + choose + sum;
                e = e + Majority(f, g, h) + Sum0(f);
                w3 = w3 + w12 + Sigma0(w4) + Sigma1(w1);

                d += w4 + Vector256.Create(k[4]);
                h += d;
                choose = Choose(a, b, c);
                sum = Sum1(a);
                h = h + choose + sum;
                d = d + choose + sum;
                d = d + Majority(e, f, g) + Sum0(e);
                w4 = w4 + w13 + Sigma0(w5) + Sigma1(w2);

                c += w5 + Vector256.Create(k[5]);
                g += c;
                choose = Choose(h, a, b);
                sum = Sum1(h);
                g = g + choose + sum;
                c = c + choose + sum;
                c = c + Majority(d, e, f) + Sum0(d);
                w5 = w5 + w14 + Sigma0(w6) + Sigma1(w3);

                b += w6 + Vector256.Create(k[6]);
                f += b;
                choose = Choose(g, h, a);
                sum = Sum1(g);
                f = f + choose + sum;
                b = b + choose + sum;
                b = b + Majority(c, d, e) + Sum0(c);
                w6 = w6 + w15 + Sigma0(w7) + Sigma1(w4);

                a += w7 + Vector256.Create(k[7]);
                e += a;
                choose = Choose(f, g, h);
                sum = Sum1(f);
                e = e + choose + sum;
                a = a + choose + sum;
                a = a + Majority(b, c, d) + Sum0(b);
                w7 = w7 + w0 + Sigma0(w8) + Sigma1(w5);

                h += w8 + Vector256.Create(k[8]);
                d += h;
                choose = Choose(e, f, g);
                sum = Sum1(e);
                d = d + choose + sum;
                h = h + choose + sum;
                h = h + Majority(a, b, c) + Sum0(a);
                w8 = w8 + w1 + Sigma0(w9) + Sigma1(w6);

                g += w9 + Vector256.Create(k[9]);
                c += g;
                choose = Choose(d, e, f);
                sum = Sum1(d);
                c = c + choose + sum;
                g = g + choose + sum;
                g = g + Majority(h, a, b) + Sum0(h);
                w9 = w9 + w2 + Sigma0(w10) + Sigma1(w7);

                f += w10 + Vector256.Create(k[10]);
                b += f;
                choose = Choose(c, d, e);
                sum = Sum1(c);
                b = b + choose + sum;
                f = f + choose + sum;
                f = f + Majority(g, h, a) + Sum0(g);
                w10 = w10 + w3 + Sigma0(w11) + Sigma1(w8);

                e += w11 + Vector256.Create(k[11]);
                a += e;
                choose = Choose(b, c, d);
                sum = Sum1(b);
                a = a + choose + sum;
                e = e + choose + sum;
                e = e + Majority(f, g, h) + Sum0(f);
                w11 = w11 + w4 + Sigma0(w12) + Sigma1(w9);

                d += w12 + Vector256.Create(k[12]);
                h += d;
                choose = Choose(a, b, c);
                sum = Sum1(a);
                h = h + choose + sum;
                d = d + choose + sum;
                d = d + Majority(e, f, g) + Sum0(e);
                w12 = w12 + w5 + Sigma0(w13) + Sigma1(w10);

                c += w13 + Vector256.Create(k[13]);
                g += c;
                choose = Choose(h, a, b);
                sum = Sum1(h);
                g = g + choose + sum;
                c = c + choose + sum;
                c = c + Majority(d, e, f) + Sum0(d);
                w13 = w13 + w6 + Sigma0(w14) + Sigma1(w11);

                b += w14 + Vector256.Create(k[14]);
                f += b;
                choose = Choose(g, h, a);
                sum = Sum1(g);
                f = f + choose + sum;
                b = b + choose + sum;
                b = b + Majority(c, d, e) + Sum0(c);
                w14 = w14 + w7 + Sigma0(w15) + Sigma1(w12);

                a += w15 + Vector256.Create(k[15]);
                e += a;
                choose = Choose(f, g, h);
                sum = Sum1(f);
                e = e + choose + sum;
                a = a + choose + sum;
                a = a + Majority(b, c, d) + Sum0(b);
                w15 = w15 + w8 + Sigma0(w0) + Sigma1(w13);
            }

            h += w0 + Vector256.Create(*k);
            d += h;
            choose = Choose(e, f, g);
            sum = Sum1(e);
            d = d + choose + sum;
            h = h + choose + sum;
            h = h + Majority(a, b, c) + Sum0(a);

            g += w1 + Vector256.Create(k[1]);
            c += g;
            choose = Choose(d, e, f);
            sum = Sum1(d);
            c = c + choose + sum;
            g = g + choose + sum;
            g = g + Majority(h, a, b) + Sum0(h);

            f += w2 + Vector256.Create(k[2]);
            b += f;
            choose = Choose(c, d, e);
            sum = Sum1(c);
            b = b + choose + sum;
            f = f + choose + sum;
            f = f + Majority(g, h, a) + Sum0(g);

            e += w3 + Vector256.Create(k[3]);
            a += e;
            choose = Choose(b, c, d);
            sum = Sum1(b);
            a = a + choose + sum;
            e = e + choose + sum;
            e = e + Majority(f, g, h) + Sum0(f);

            d += w4 + Vector256.Create(k[4]);
            h += d;
            choose = Choose(a, b, c);
            sum = Sum1(a);
            h = h + choose + sum;
            d = d + choose + sum;
            d = d + Majority(e, f, g) + Sum0(e);

            c += w5 + Vector256.Create(k[5]);
            g += c;
            choose = Choose(h, a, b);
            sum = Sum1(h);
            g = g + choose + sum;
            c = c + choose + sum;
            c = c + Majority(d, e, f) + Sum0(d);

            b += w6 + Vector256.Create(k[6]);
            f += b;
            choose = Choose(g, h, a);
            sum = Sum1(g);
            f = f + choose + sum;
            b = b + choose + sum;
            b = b + Majority(c, d, e) + Sum0(c);

            a += w7 + Vector256.Create(k[7]);
            e += a;
            choose = Choose(f, g, h);
            sum = Sum1(f);
            e = e + choose + sum;
            a = a + choose + sum;
            a = a + Majority(b, c, d) + Sum0(b);

            h += w8 + Vector256.Create(k[8]);
            d += h;
            choose = Choose(e, f, g);
            sum = Sum1(e);
            d = d + choose + sum;
            h = h + choose + sum;
            h = h + Majority(a, b, c) + Sum0(a);

            g += w9 + Vector256.Create(k[9]);
            c += g;
            choose = Choose(d, e, f);
            sum = Sum1(d);
            c = c + choose + sum;
            g = g + choose + sum;
            g = g + Majority(h, a, b) + Sum0(h);

            f += w10 + Vector256.Create(k[10]);
            b += f;
            choose = Choose(c, d, e);
            sum = Sum1(c);
            b = b + choose + sum;
            f = f + choose + sum;
            f = f + Majority(g, h, a) + Sum0(g);

            e += w11 + Vector256.Create(k[11]);
            a += e;
            choose = Choose(b, c, d);
            sum = Sum1(b);
            a = a + choose + sum;
            e = e + choose + sum;
            e = e + Majority(f, g, h) + Sum0(f);

            d += w12 + Vector256.Create(k[12]);
            h += d;
            choose = Choose(a, b, c);
            sum = Sum1(a);
            h = h + choose + sum;
            d = d + choose + sum;
            d = d + Majority(e, f, g) + Sum0(e);

            c += w13 + Vector256.Create(k[13]);
            g += c;
            choose = Choose(h, a, b);
            sum = Sum1(h);
            g = g + choose + sum;
            c = c + choose + sum;
            c = c + Majority(d, e, f) + Sum0(d);

            b += w14 + Vector256.Create(k[14]);
            f += b;
            choose = Choose(g, h, a);
            sum = Sum1(g);
            f = f + choose + sum;
            b = b + choose + sum;
            b = b + Majority(c, d, e) + Sum0(c);

            a += w15 + Vector256.Create(k[15]);
            e += a;
            choose = Choose(f, g, h);
            sum = Sum1(f);
            e = e + choose + sum;
            a = a + choose + sum;
            a = a + Majority(b, c, d) + Sum0(b);

            a += Vector256.LoadAligned(state);
            b += Vector256.LoadAligned(state + (1 * Lanes));
            c += Vector256.LoadAligned(state + (2 * Lanes));
            d += Vector256.LoadAligned(state + (3 * Lanes));
            e += Vector256.LoadAligned(state + (4 * Lanes));
            f += Vector256.LoadAligned(state + (5 * Lanes));
            g += Vector256.LoadAligned(state + (6 * Lanes));
            h += Vector256.LoadAligned(state + (7 * Lanes));
            a.StoreAligned(state);
            b.StoreAligned(state + (1 * Lanes));
            c.StoreAligned(state + (2 * Lanes));
            d.StoreAligned(state + (3 * Lanes));
            e.StoreAligned(state + (4 * Lanes));
            f.StoreAligned(state + (5 * Lanes));
            g.StoreAligned(state + (6 * Lanes));
            h.StoreAligned(state + (7 * Lanes));
        }
    }
}
