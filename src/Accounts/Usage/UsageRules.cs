namespace Hpc.Accounts.Usage;

/// <summary>How a request changes a scope: the arithmetic of every <see cref="IUsageStore"/>, done inside its transaction.</summary>
public static class UsageRules
{
    /// <summary>What is used after a node told what it consumed.</summary>
    public static UsageAmount Consume(UsageAmount used, UsageAmount consumed) => (used + consumed).AtLeastZero();

    /// <summary>
    /// What a node holds after a request. It keeps what it has not consumed of what it held, as far as it wants it; beyond that a reservation grows
    /// only as far as used and reserved by all stay within the limits.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="used">What all have used, the request's consumption included.</param>
    /// <param name="others">What all other nodes and epochs hold.</param>
    /// <param name="held">What this node held before.</param>
    public static UsageAmount Grant(UsageRequest request, UsageAmount used, UsageAmount others, UsageAmount held)
    {
        ArgumentNullException.ThrowIfNull(request);
        UsageAmount wanted = request.Wanted.AtLeastZero();
        UsageAmount kept = (held - request.Consumed).AtLeastZero().Zip(wanted, Math.Min);
        UsageAmount taken = used + others;
        UsageLimits limits = request.Limits;

        long files = Grow(kept.Files, wanted.Files, limits.Files, taken.Files);
        long bytes = Grow(kept.Bytes, wanted.Bytes, limits.Bytes, taken.Bytes);

        // Both ways share the limit of the sum.
        var moved = new UsageAmount(0, 0, taken.Uploaded, taken.Downloaded);
        long uploaded = Grow(kept.Uploaded, wanted.Uploaded, limits.Uploaded, taken.Uploaded);
        uploaded = Grow(kept.Uploaded, uploaded, limits.Transferred, SumOf(moved + new UsageAmount(0, 0, 0, kept.Downloaded)));
        long downloaded = Grow(kept.Downloaded, wanted.Downloaded, limits.Downloaded, taken.Downloaded);
        downloaded = Grow(kept.Downloaded, downloaded, limits.Transferred, SumOf(moved + new UsageAmount(0, 0, uploaded, 0)));
        return new UsageAmount(files, bytes, uploaded, downloaded);
    }

    private static long Grow(long kept, long wanted, long limit, long taken) =>
        limit <= 0 ? wanted : Math.Max(kept, Math.Min(wanted, limit - Math.Min(taken, limit)));

    private static long SumOf(UsageAmount moved) =>
        moved.Uploaded > long.MaxValue - moved.Downloaded ? long.MaxValue : moved.Uploaded + moved.Downloaded;
}
