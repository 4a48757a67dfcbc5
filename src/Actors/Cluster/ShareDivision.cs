using System.Buffers;

namespace Hpc.Actors.Cluster;

/// <summary>
/// Divides a rate among nodes (weighted max-min): who wants less than its part by weight gets what it wants and a little more, the others divide the rest by weight.
/// What is left over when nobody wants more is divided by weight too, so that the targets always add up to the limit.
/// </summary>
public static class ShareDivision
{
    /// <summary>What a node gets above what it wants: one part in so many. It can grow by that within a tick, and that much may lie idle.</summary>
    public const int HeadroomParts = 32;

    /// <summary>Highest weight; a higher one counts as this.</summary>
    public const int MaxWeight = 1 << 24;

    // Below it an insertion sort on the stack is the fastest.
    private const int MaxOnStack = 32;

    /// <summary>Sets the target of each demand. Equal input gives equal output on any machine: remainders go to the first.</summary>
    /// <param name="limit">Bytes per second, 0 or more.</param>
    /// <param name="wanted">What each would use, 0 or more.</param>
    /// <param name="weights">At least 1 each.</param>
    /// <param name="targets">As many as <paramref name="wanted"/>.</param>
    public static void Divide(long limit, ReadOnlySpan<long> wanted, ReadOnlySpan<int> weights, Span<long> targets)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        int count = wanted.Length;
        if (count == 0)
        {
            return;
        }

        if (count == 1)
        {
            targets[0] = limit;
            return;
        }

        int[]? rented = count > MaxOnStack ? ArrayPool<int>.Shared.Rent(count) : null;
        Span<int> order = (rented ?? stackalloc int[MaxOnStack])[..count];
        try
        {
            SortByRatio(limit, wanted, weights, order);
            Fill(limit, wanted, weights, targets, order);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<int>.Shared.Return(rented);
            }
        }
    }

    /// <summary>A demand with its headroom, never above the limit.</summary>
    public static long WithHeadroom(long wanted, long limit) =>
        wanted >= limit ? limit : Math.Min(limit, wanted + (wanted / HeadroomParts));

    private static int WeightOf(int weight) => Math.Clamp(weight, 1, MaxWeight);

    private static void SortByRatio(long limit, ReadOnlySpan<long> wanted, ReadOnlySpan<int> weights, Span<int> order)
    {
        for (int i = 0; i < order.Length; i++)
        {
            int at = i;
            while (at > 0 && IsBefore(limit, wanted, weights, i, order[at - 1]))
            {
                order[at] = order[at - 1];
                at--;
            }

            order[at] = i;
        }
    }

    // wanted / weight, compared without dividing.
    private static bool IsBefore(long limit, ReadOnlySpan<long> wanted, ReadOnlySpan<int> weights, int left, int right) =>
        (Int128)WithHeadroom(wanted[left], limit) * WeightOf(weights[right]) < (Int128)WithHeadroom(wanted[right], limit) * WeightOf(weights[left]);

    private static void Fill(long limit, ReadOnlySpan<long> wanted, ReadOnlySpan<int> weights, Span<long> targets, ReadOnlySpan<int> order)
    {
        long weightLeft = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            weightLeft += WeightOf(weights[i]);
        }

        long total = weightLeft;
        long left = limit;
        int next = 0;
        for (; next < order.Length; next++)
        {
            int i = order[next];
            long want = WithHeadroom(wanted[i], limit);
            if ((Int128)want * weightLeft > (Int128)left * WeightOf(weights[i]))
            {
                break;
            }

            targets[i] = want;
            left -= want;
            weightLeft -= WeightOf(weights[i]);
        }

        if (next < order.Length)
        {
            Share(left, weightLeft, weights, targets, order[next..], isAdded: false);
        }
        else
        {
            Share(left, total, weights, targets, order, isAdded: true);
        }
    }

    private static void Share(long amount, long totalWeight, ReadOnlySpan<int> weights, Span<long> targets, ReadOnlySpan<int> members, bool isAdded)
    {
        long given = 0;
        int first = int.MaxValue;
        foreach (int i in members)
        {
            long part = (long)((Int128)amount * WeightOf(weights[i]) / totalWeight);
            targets[i] = isAdded ? targets[i] + part : part;
            given += part;
            first = Math.Min(first, i);
        }

        targets[first] += amount - given;
    }
}
