using Hpc.Accounts.Usage;
using Hpc.Actors.Cluster;
using Hpc.Storage;

namespace Hpc.Actors.Limits;

/// <summary>
/// What the leader does for nodes that do not come back: runs of nodes that were no members for <see cref="Patience"/> are ended, and when their nodes can spend nothing of what they held
/// any more, the files of each scope are counted and what was reserved is free. A node that is a member again does that for itself.
/// Both at once change nothing twice: a count is taken only if nobody else corrected the scope since it began.
/// </summary>
public sealed class DeadNodeCare
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    // Longer between two looks that saw something, and nobody knows what was in between: this node may have been stopped itself, or have counted files.
    private static readonly TimeSpan MaxGap = TimeSpan.FromSeconds(15);

    // Clocks of two machines may differ by a hundredth in speed, and what was taken is being written.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Wait = ISharedUsageStore.SpendTime + Margin;

    private static readonly TimeSpan LogPeriod = TimeSpan.FromMinutes(1);

    private readonly UsageKeeper _keeper;
    private readonly ISharedUsageStore _store;
    private readonly IScopeTrees _trees;
    private readonly Func<bool> _isLeader;
    private readonly Func<CancellationToken, ValueTask<IReadOnlyList<ClusterMember>>> _listMembers;

    // All of one loop.
    private readonly Dictionary<UsageNode, long> _absentSince = [];
    private readonly Dictionary<UsageNode, long> _endedAt = [];
    private readonly Dictionary<(UsageNode Run, string Scope), Retry> _retries = [];
    private long? _lookedAt;
    private long? _failureLoggedAt;

    /// <summary>Care for what the nodes of a store left.</summary>
    /// <param name="keeper">This node's keeper; the store is its.</param>
    /// <param name="trees">The files of the scopes, which this node reaches as the others do.</param>
    /// <param name="isLeader">Whether this node does the work that one node alone does.</param>
    /// <param name="listMembers">Nodes whose lease lasts, by the names under which they reserve.</param>
    /// <exception cref="ArgumentException">The store is not one of many nodes.</exception>
    public DeadNodeCare(UsageKeeper keeper, IScopeTrees trees, Func<bool> isLeader, Func<CancellationToken, ValueTask<IReadOnlyList<ClusterMember>>> listMembers)
    {
        ArgumentNullException.ThrowIfNull(keeper);
        ArgumentNullException.ThrowIfNull(trees);
        ArgumentNullException.ThrowIfNull(isLeader);
        ArgumentNullException.ThrowIfNull(listMembers);
        _keeper = keeper;
        _store = keeper.Book.Store as ISharedUsageStore ?? throw new ArgumentException("The store is that of one node.", nameof(keeper));
        _trees = trees;
        _isLeader = isLeader;
        _listMembers = listMembers;
    }

    /// <summary>How long a node has to be no member, without a break as this node saw it, before its runs are ended.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    private UsageBook Book => _keeper.Book;

    /// <summary>Looks every five seconds while this node leads, until it is cancelled. What fails is logged and tried again.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            await Task.Delay(Period, Book.Time, ct).ConfigureAwait(false);
            await LookAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>One look.</summary>
    internal async ValueTask LookAsync(CancellationToken ct)
    {
        long now = Book.Time.GetTimestamp();
        bool isContinuous = _lookedAt is { } last && Book.Time.GetElapsedTime(last, now) <= MaxGap;
        if (!isContinuous || !_isLeader())
        {
            _absentSince.Clear();
        }

        if (!_isLeader())
        {
            return;
        }

        try
        {
            HashSet<string> members = await ListMembersAsync(ct).ConfigureAwait(false);
            if (!members.Contains(Book.Node.Id))
            {
                // A list without this node says nothing of the others.
                _absentSince.Clear();
                return;
            }

            UsageNode[] absent = [.. (await _store.ListHoldersAsync(ct).ConfigureAwait(false)).Where(run => run.Id != Book.Node.Id && !members.Contains(run.Id))];
            _lookedAt = now;
            Forget(absent);
            foreach (UsageNode run in absent)
            {
                await CareAsync(run, absent, now, ct).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            LogFailure(error);
        }
    }

    private async ValueTask CareAsync(UsageNode run, UsageNode[] absent, long now, CancellationToken ct)
    {
        if (!_absentSince.TryGetValue(run, out long since))
        {
            _absentSince.Add(run, now);
            return;
        }

        TimeSpan away = Book.Time.GetElapsedTime(since, now);
        if (away < Patience)
        {
            return;
        }

        if (!_endedAt.ContainsKey(run))
        {
            await _store.EndRunAsync(run, ct).ConfigureAwait(false);
            _endedAt.Add(run, Book.Time.GetTimestamp());
            UsageLog.DeadRunEnded(Book.Logger, run.Id, run.Epoch, (int)away.TotalSeconds, (int)Wait.TotalSeconds);
        }
        else if (absent.All(other => other.Id != run.Id || IsOver(other, now)))
        {
            await FinishAsync(run, ct).ConfigureAwait(false);
        }
    }

    // A node with another run that lasts is there, and does it itself; its uploads may still be going on.
    private bool IsOver(UsageNode run, long now) => _endedAt.TryGetValue(run, out long endedAt) && Book.Time.GetElapsedTime(endedAt, now) >= Wait;

    private async ValueTask FinishAsync(UsageNode run, CancellationToken ct)
    {
        IReadOnlyList<UnfinishedUsage> unfinished = await _store.ListUnfinishedOfAsync(run, ct).ConfigureAwait(false);
        int left = unfinished.Count;
        foreach (UnfinishedUsage scope in unfinished)
        {
            (UsageNode, string) key = (run, scope.Scope);
            if (_retries.TryGetValue(key, out Retry? retry) && !retry.IsDue(Book.Time))
            {
                continue;
            }

            // Counts take their time.
            if (!_isLeader() || (await ListMembersAsync(ct).ConfigureAwait(false)).Contains(run.Id))
            {
                return;
            }

            if (await _keeper.FinishDeadAsync(run, scope, _trees, ct).ConfigureAwait(false) == StorageError.None)
            {
                _retries.Remove(key);
                left--;
            }
            else
            {
                (retry ?? (_retries[key] = new Retry())).Next(Book.Time);
            }
        }

        if (left == 0)
        {
            UsageLog.DeadRunFinished(Book.Logger, run.Id, run.Epoch);
        }
    }

    private async ValueTask<HashSet<string>> ListMembersAsync(CancellationToken ct) =>
        (await _listMembers(ct).ConfigureAwait(false)).Select(static member => member.Name).ToHashSet(StringComparer.Ordinal);

    // Those that hold nothing any more, and those of nodes that are back.
    private void Forget(UsageNode[] absent)
    {
        HashSet<UsageNode> kept = [.. absent];
        foreach (UsageNode run in _absentSince.Keys.Concat(_endedAt.Keys).Where(run => !kept.Contains(run)).ToArray())
        {
            _absentSince.Remove(run);
            _endedAt.Remove(run);
        }

        foreach ((UsageNode Run, string Scope) key in _retries.Keys.Where(key => !kept.Contains(key.Run)).ToArray())
        {
            _retries.Remove(key);
        }
    }

    private void LogFailure(Exception error)
    {
        if (_failureLoggedAt is not { } loggedAt || Book.Time.GetElapsedTime(loggedAt) >= LogPeriod)
        {
            _failureLoggedAt = Book.Time.GetTimestamp();
            UsageLog.DeadNodesUnknown(Book.Logger, error.Message, error is OperationCanceledException ? null : UsageLog.Unexpected(error));
        }
    }

    /// <summary>When a scope is tried again: twice as long after each failure, up to five minutes. Files that are being changed all the while cannot be counted.</summary>
    private sealed class Retry
    {
        private static readonly TimeSpan Least = TimeSpan.FromSeconds(5);
        private static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

        private TimeSpan _pause;
        private long _failedAt;

        public bool IsDue(TimeProvider time) => time.GetElapsedTime(_failedAt) >= _pause;

        public void Next(TimeProvider time)
        {
            _pause = _pause == default ? Least : _pause * 2 < Most ? _pause * 2 : Most;
            _failedAt = time.GetTimestamp();
        }
    }
}
