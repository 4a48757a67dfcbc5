using Hpc.Accounts.Usage;

namespace Hpc.Actors.Tests.Limits;

/// <summary>A store of many nodes that one of them reaches, or does not.</summary>
internal sealed class ScriptedSharedStore(SharedMemoryUsageStore inner) : ScriptedUsageStore(inner), ISharedUsageStore
{
    /// <summary>Counts wait for this before they correct, and say so in <see cref="Correcting"/>.</summary>
    public TaskCompletionSource? CorrectGate { get; set; }

    public TaskCompletionSource Correcting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask<IReadOnlyList<UsageNode>> ListHoldersAsync(CancellationToken ct)
    {
        ThrowIf(IsAway);
        return inner.ListHoldersAsync(ct);
    }

    public ValueTask<IReadOnlyList<UsageNode>> ListChangersAsync(string scope, CancellationToken ct) => inner.ListChangersAsync(scope, ct);

    public ValueTask<IReadOnlySet<string>> ListEarlierAsync(UsageNode run, CancellationToken ct) => inner.ListEarlierAsync(run, ct);

    public ValueTask EndRunAsync(UsageNode run, CancellationToken ct) => inner.EndRunAsync(run, ct);

    public ValueTask<IReadOnlyList<UnfinishedUsage>> ListUnfinishedOfAsync(UsageNode run, CancellationToken ct) => inner.ListUnfinishedOfAsync(run, ct);

    public ValueTask FinishOfAsync(UsageNode run, string scope, UsageCorrection? correction, CancellationToken ct) => inner.FinishOfAsync(run, scope, correction, ct);

    public async ValueTask<bool> TryCorrectAsync(UsageCorrection correction, DateTimeOffset? scannedAt, CancellationToken ct)
    {
        ThrowIf(IsAway);
        if (CorrectGate is { } gate)
        {
            Correcting.TrySetResult();
            await gate.Task;
        }

        return await inner.TryCorrectAsync(correction, scannedAt, ct);
    }

    public ValueTask<bool> TryTakeOverAsync(UsageRecord record, CancellationToken ct) => inner.TryTakeOverAsync(record, ct);
}
