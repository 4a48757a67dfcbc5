namespace Hpc.Actors.Kernel;

/// <summary>What only some cells need, so that a leaf does without.</summary>
internal sealed class CellExtras
{
    private Dictionary<string, ActorCell>? _children;

    // Locked by itself: the guardian's is also written by threads that spawn from outside. Made on demand: a leaf that is watched has extras and no children.
    public Dictionary<string, ActorCell> Children =>
        Volatile.Read(ref _children) ?? Interlocked.CompareExchange(ref _children, new(StringComparer.Ordinal), null) ?? _children;

    public bool ClosedToChildren { get; set; }

    // The rest belongs to the cell's own turn.
    public Dictionary<ActorCell, RestartBudget>? Budgets { get; set; }

    // As long as there are watchers: there is one, nearly always.
    public (ActorCell Watcher, Message OnTerminated)[] Watchers { get; set; } = [];

    public List<ActorCell>? Escalated { get; set; }

    public CancellationTokenSource? Stopping { get; set; }

    public Exception? RestartReason { get; set; }
}

/// <summary>Restarts of one child within its window.</summary>
internal sealed class RestartBudget
{
    private readonly Queue<long> _restarts = new();

    /// <summary>False if the window already holds as many restarts as the strategy allows.</summary>
    public bool TryTake(SupervisorStrategy strategy, TimeProvider time)
    {
        long now = time.GetTimestamp();
        while (_restarts.TryPeek(out long oldest) && time.GetElapsedTime(oldest, now) >= strategy.Window)
        {
            _restarts.Dequeue();
        }

        if (_restarts.Count >= strategy.MaxRestarts)
        {
            return false;
        }

        _restarts.Enqueue(now);
        return true;
    }
}
