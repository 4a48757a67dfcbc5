using Hpc.Accounts.Usage;

namespace Hpc.Actors.Limits;

/// <summary>A statement as it is sent, and sent again if no answer comes. The requests are in the order of the entries.</summary>
internal sealed record UsageStatement(long Sequence, IReadOnlyList<UsageEntry> Entries, IReadOnlyList<UsageRequest> Requests)
{
    /// <summary>Since when what it tells may have happened.</summary>
    public long Since { get; init; }

    /// <summary>When it was sent, the last time.</summary>
    public long SentAt { get; set; }

    /// <summary>Answers that were begun with: each is taken over once.</summary>
    public int Taken { get; set; }
}
