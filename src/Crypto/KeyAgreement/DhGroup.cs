using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.KeyAgreement;

/// <summary>A finite-field group: a safe prime and a generator.</summary>
public sealed partial class DhGroup
{
    /// <summary>Fewest bits of a group that is accepted or chosen in a group exchange.</summary>
    public const int MinBits = 2048;

    /// <summary>Most bits of a group that is accepted or chosen in a group exchange.</summary>
    public const int MaxBits = 8192;

    // Each round with a random base lets a composite pass with less than one in four, for random composites with next to nothing.
    private const int PrimalityRounds = 2;

    private DhGroup(ReadOnlyMemory<byte> p, ReadOnlyMemory<byte> g)
    {
        P = p;
        G = g;
        Bits = (p.Length * 8) - BitOperations.LeadingZeroCount(p.Span[0]) + 24;
    }

    /// <summary>The prime, unsigned big-endian without leading zeros (its mpint has one zero byte in front where the first bit is set).</summary>
    public ReadOnlyMemory<byte> P { get; }

    /// <summary>The generator, unsigned big-endian without leading zeros.</summary>
    public ReadOnlyMemory<byte> G { get; }

    /// <summary>Bits of the prime.</summary>
    public int Bits { get; }

    /// <summary>
    /// Checks a group that a server chose (SSH_MSG_KEX_DH_GEX_GROUP); takes the mpint contents of p and g. Groups of RFC 3526 are known;
    /// any other p is tested for primality, which takes up to half a second: call it on a worker.
    /// </summary>
    /// <param name="p">Between <paramref name="min"/> (at least <see cref="MinBits"/>) and <paramref name="max"/> (at most <see cref="MaxBits"/>) bits, and of the form of a safe prime.</param>
    /// <param name="g">1 &lt; g &lt; p-1.</param>
    /// <param name="min">What the client asked for.</param>
    /// <param name="max">What the client asked for.</param>
    /// <param name="group">The group if it is acceptable.</param>
    public static bool TryCreate(ReadOnlySpan<byte> p, ReadOnlySpan<byte> g, int min, int max, [NotNullWhen(true)] out DhGroup? group)
    {
        group = null;
        if (!Mpint.IsPositive(p) || p.Length > (MaxBits / 8) + 1 || !Mpint.IsPositive(g))
        {
            return false;
        }

        var candidate = new DhGroup(Mpint.Magnitude(p).ToArray(), Mpint.Magnitude(g).ToArray());
        if (candidate.Bits < Math.Max(min, MinBits) || candidate.Bits > Math.Min(max, MaxBits) || !candidate.IsShare(g) || !candidate.HasSafePrime())
        {
            return false;
        }

        group = candidate;
        return true;
    }

    /// <summary>
    /// Chooses a group of RFC 3526 for a client's SSH_MSG_KEX_DH_GEX_REQUEST (RFC 4419 §3), or null if none fits and the exchange has to fail:
    /// the smallest that has the preferred bits (and 3,072 where the client's maximum allows it), otherwise the largest within the maximum.
    /// </summary>
    /// <param name="min">Client's minimum, bits.</param>
    /// <param name="preferred">Client's preference, bits.</param>
    /// <param name="max">Client's maximum, bits.</param>
    public static DhGroup? Choose(uint min, uint preferred, uint max)
    {
        const uint Wanted = 3072;
        DhGroup? chosen = null;
        foreach (Lazy<DhGroup> lazy in ExchangeGroups)
        {
            DhGroup group = lazy.Value;
            if (group.Bits < min || group.Bits > max)
            {
                continue;
            }

            chosen = group;
            if (group.Bits >= preferred && group.Bits >= Wanted)
            {
                break;
            }
        }

        return min <= max ? chosen : null;
    }

    /// <summary>True for the mpint content of a number from 2 to p-2 (RFC 4253 §8 with the bounds of RFC 8268 §4).</summary>
    internal bool IsShare(ReadOnlySpan<byte> mpint) => Mpint.IsPositive(mpint) && IsInner(Mpint.Magnitude(mpint));

    /// <summary>True for an unsigned number from 2 to p-2.</summary>
    internal bool IsInner(ReadOnlySpan<byte> number)
    {
        ReadOnlySpan<byte> magnitude = Mpint.Magnitude(number);
        if (magnitude.IsEmpty || (magnitude.Length == 1 && magnitude[0] < 2) || magnitude.Length > P.Length)
        {
            return false;
        }

        if (magnitude.Length < P.Length)
        {
            return true;
        }

        // p is odd, so that p-1 differs from it in the last bit alone.
        int order = magnitude[..^1].SequenceCompareTo(P.Span[..^1]);
        return order < 0 || (order == 0 && magnitude[^1] < P.Span[^1] - 1);
    }

    // Of a safe prime p = 2q+1 with odd q the last two bits are set.
    private bool HasSafePrime()
    {
        if ((P.Span[^1] & 3) != 3)
        {
            return false;
        }

        foreach (Lazy<DhGroup> known in ExchangeGroups)
        {
            if (known.Value.P.Span.SequenceEqual(P.Span))
            {
                return true;
            }
        }

        byte[] random = new byte[P.Length - 1];
        for (int round = 0; round < PrimalityRounds; round++)
        {
            RandomNumberGenerator.Fill(random);
            if (!BigNumberMath.PassesMillerRabin(P.Span, random))
            {
                return false;
            }
        }

        return true;
    }
}
