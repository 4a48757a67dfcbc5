namespace Hpc.Actors.Limits;

/// <summary>How much is reserved at once of one count.</summary>
/// <param name="Least">What a first reservation is, and the least unless so much is not left.</param>
/// <param name="Most">The most.</param>
/// <param name="Floor">Down to this a reservation shrinks with what is left; below it only the need counts.</param>
/// <param name="Share">A reservation is at most what is left divided by this, or the floor.</param>
/// <param name="FollowsRate">True: two seconds of what was taken lately. False: doubled each time that more is needed.</param>
internal sealed record UsageChunk(long Least, long Most, long Floor, long Share, bool FollowsRate)
{
    private const long MiB = 1L << 20;
    private const long GiB = 1L << 30;

    /// <summary>A crash is followed by a count of the files, so that large chunks lose nothing.</summary>
    public static UsageChunk Bytes { get; } = new(64 * MiB, GiB, MiB, 2, FollowsRate: false);

    public static UsageChunk Files { get; } = new(1000, 100_000, 16, 2, FollowsRate: false);

    /// <summary>What a crash leaves of it stays used, so that it is little.</summary>
    public static UsageChunk Transfers { get; } = new(16 * MiB, GiB, 0, 8, FollowsRate: true);
}
