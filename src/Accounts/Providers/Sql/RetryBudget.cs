using System.Diagnostics.CodeAnalysis;

namespace Hpc.Accounts.Sql;

/// <summary>How often one piece of work may be done again, and after what pause.</summary>
internal sealed class RetryBudget
{
    // All writers of objects wait for one row, so that conflicts are rare; with CockroachDB they come in bursts.
    private const int MaxConflicts = 15;

    // A server that was started again has ended every pooled connection: the first attempt finds that out.
    private const int MaxLostConnections = 3;

    // What became of a commit is worth the wait for a server that starts again: about 20 s.
    private const int MaxLostForOutcome = 50;

    // Attempts that each waited long for a lock come to an end, too.
    private static readonly TimeSpan NoMoreAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly long _started = Environment.TickCount64;
    private int _conflicts = MaxConflicts;
    private int _lost = MaxLostConnections;
    private int _taken;

    /// <summary>A budget for the question what became of a commit.</summary>
    public static RetryBudget ForOutcome() => new() { _lost = MaxLostForOutcome };

    /// <summary>Takes one more attempt for a failure, if there is one left.</summary>
    public bool TryTake(SqlFailure failure, [NotNullWhen(true)] out TimeSpan? pause)
    {
        bool isAllowed = Environment.TickCount64 - _started < NoMoreAfter.TotalMilliseconds && failure switch
        {
            SqlFailure.Conflict => _conflicts-- > 0,
            SqlFailure.ConnectionLost => _lost-- > 0,
            _ => false,
        };

        // Full jitter: those who met do not meet again.
        double limit = Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, _taken++), LongestPause.TotalMilliseconds);
        pause = isAllowed ? TimeSpan.FromMilliseconds(1 + (Random.Shared.NextDouble() * limit)) : null;
        return isAllowed;
    }
}
