namespace Hpc.Accounts.Usage;

/// <summary>
/// A usage store of many nodes. One that never comes back cannot finish its own runs: another one ends them, counts what they changed, and finishes them.
/// A run must not be ended while its node may still spend what it holds: not before the node's lease is over.
/// </summary>
public interface ISharedUsageStore : IUsageStore
{
    /// <summary>Runs of all nodes that hold something, or have files marked as being changed, in order.</summary>
    ValueTask<IReadOnlyList<UsageNode>> ListHoldersAsync(CancellationToken ct);

    /// <summary>Refuses statements of a run from now on, for good. What it holds stays until it is finished. Done again, it changes nothing.</summary>
    ValueTask EndRunAsync(UsageNode run, CancellationToken ct);

    /// <summary>Scopes in which an ended run still holds something, in order.</summary>
    ValueTask<IReadOnlyList<UnfinishedUsage>> ListUnfinishedOfAsync(UsageNode run, CancellationToken ct);

    /// <summary>As <see cref="IUsageStore.FinishAsync"/>, for an ended run of any node.</summary>
    /// <exception cref="InvalidOperationException">The run was not ended.</exception>
    ValueTask FinishOfAsync(UsageNode run, string scope, UsageCorrection? correction, CancellationToken ct);

    /// <summary>
    /// Takes over what was counted elsewhere, unless something was counted in the scope here already; it counts as never counted, so that its files are counted at their first change.
    /// </summary>
    /// <returns>True if it was taken over.</returns>
    ValueTask<bool> TryTakeOverAsync(UsageRecord record, CancellationToken ct);
}
