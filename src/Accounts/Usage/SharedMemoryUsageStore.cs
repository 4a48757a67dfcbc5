namespace Hpc.Accounts.Usage;

/// <summary>Usage of several nodes in one process, as the stores of many nodes have to answer it: for tests, which compare them with it.</summary>
public sealed class SharedMemoryUsageStore(TimeProvider time) : MemoryUsageStore(time), ISharedUsageStore
{
    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<UsageNode>> ListHoldersAsync(CancellationToken ct) => ValueTask.FromResult(ListHolders());

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<UsageNode>> ListChangersAsync(string scope, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return ValueTask.FromResult(ListChangers(scope));
    }

    /// <inheritdoc/>
    public ValueTask EndRunAsync(UsageNode run, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(run);
        EndRun(run);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlySet<string>> ListEarlierAsync(UsageNode run, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(run);
        return ValueTask.FromResult(ListEarlier(run));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<UnfinishedUsage>> ListUnfinishedOfAsync(UsageNode run, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(run);
        return ValueTask.FromResult(ListUnfinishedOf(run));
    }

    /// <inheritdoc/>
    public ValueTask FinishOfAsync(UsageNode run, string scope, UsageCorrection? correction, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(scope);
        FinishOf(run, scope, correction);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryCorrectAsync(UsageCorrection correction, DateTimeOffset? scannedAt, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(correction);
        return ValueTask.FromResult(TryCorrect(correction, scannedAt));
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryTakeOverAsync(UsageRecord record, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(record);
        return ValueTask.FromResult(TryTakeOver(record));
    }
}
