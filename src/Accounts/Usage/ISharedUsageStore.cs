namespace Hpc.Accounts.Usage;

/// <summary>
/// A usage store of many nodes. One that never comes back cannot finish its own runs: another one ends them, counts what they changed, and finishes them.
/// A node spends nothing of what it holds later than <see cref="SpendTime"/> behind sending its last statement that was taken, by its own monotonic clock:
/// what an ended run holds must not be finished before that time is over.
/// </summary>
public interface ISharedUsageStore : IUsageStore
{
    /// <summary>How long a node spends what it holds without an answer of the store.</summary>
    static TimeSpan SpendTime { get; } = TimeSpan.FromSeconds(15);

    /// <summary>Runs of all nodes that hold something, or have files marked as being changed, in order.</summary>
    ValueTask<IReadOnlyList<UsageNode>> ListHoldersAsync(CancellationToken ct);

    /// <summary>Refuses statements of a run from now on, for good. What it holds stays until it is finished. Done again, it changes nothing.</summary>
    ValueTask EndRunAsync(UsageNode run, CancellationToken ct);

    /// <summary>Runs of the same node that began before this one, as far as the store knows them: not those that came behind it, which may last.</summary>
    ValueTask<IReadOnlySet<string>> ListEarlierAsync(UsageNode run, CancellationToken ct);

    /// <summary>Scopes in which an ended run still holds something, in order.</summary>
    ValueTask<IReadOnlyList<UnfinishedUsage>> ListUnfinishedOfAsync(UsageNode run, CancellationToken ct);

    /// <summary>As <see cref="IUsageStore.FinishAsync"/>, for an ended run of any node.</summary>
    /// <exception cref="InvalidOperationException">The run was not ended.</exception>
    ValueTask FinishOfAsync(UsageNode run, string scope, UsageCorrection? correction, CancellationToken ct);

    /// <summary>Runs that have files of a scope marked as being changed, in order. Who changes files marks them before, and for long after.</summary>
    ValueTask<IReadOnlyList<UsageNode>> ListChangersAsync(string scope, CancellationToken ct);

    /// <summary>
    /// As <see cref="IUsageStore.CorrectAsync"/>, unless somebody else corrected the scope since it was looked at: of nodes that count the same files at once
    /// the first one is right, and the others count again.
    /// </summary>
    /// <param name="correction">What the count found against what was known; its time is not <paramref name="scannedAt"/>.</param>
    /// <param name="scannedAt">When the scope was counted last, as it was looked at; null if it never was.</param>
    /// <param name="ct">Gives up; then nobody knows whether it happened.</param>
    /// <returns>False if the scope was corrected since, and nothing is changed.</returns>
    ValueTask<bool> TryCorrectAsync(UsageCorrection correction, DateTimeOffset? scannedAt, CancellationToken ct);

    /// <summary>
    /// Takes over what was counted elsewhere, unless something was counted in the scope here already; it counts as never counted, so that its files are counted at their first change.
    /// </summary>
    /// <returns>True if it was taken over.</returns>
    ValueTask<bool> TryTakeOverAsync(UsageRecord record, CancellationToken ct);
}
