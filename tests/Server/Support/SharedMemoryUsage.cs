using Hpc.Accounts.Usage;

namespace Hpc.Server.Tests.Support;

/// <summary>A store of many nodes in memory.</summary>
internal sealed class SharedMemoryUsage : ISharedUsageStore
{
    private readonly MemoryUsageStore _inner = new(TimeProvider.System);

    public ValueTask<IReadOnlyList<UsageAnswer>> SettleAsync(UsageNode node, long sequence, IReadOnlyList<UsageRequest> requests, CancellationToken ct) =>
        _inner.SettleAsync(node, sequence, requests, ct);

    public ValueTask<UsageRecord?> FindAsync(string scope, CancellationToken ct) => _inner.FindAsync(scope, ct);

    public ValueTask<IReadOnlyList<UsageRecord>> ListAsync(string? after, int limit, CancellationToken ct) => _inner.ListAsync(after, limit, ct);

    public ValueTask<IReadOnlySet<string>> BeginAsync(UsageNode node, CancellationToken ct) => _inner.BeginAsync(node, ct);

    public ValueTask<IReadOnlyList<UnfinishedUsage>> ListUnfinishedAsync(UsageNode node, CancellationToken ct) => _inner.ListUnfinishedAsync(node, ct);

    public ValueTask FinishAsync(UsageNode node, string scope, UsageCorrection? correction, CancellationToken ct) => _inner.FinishAsync(node, scope, correction, ct);

    public ValueTask CorrectAsync(UsageCorrection correction, CancellationToken ct) => _inner.CorrectAsync(correction, ct);

    public ValueTask AdjustAsync(UsageAdjustment adjustment, CancellationToken ct) => _inner.AdjustAsync(adjustment, ct);

    public ValueTask<bool> ResetTransferAsync(string scope, DateTimeOffset at, CancellationToken ct) => _inner.ResetTransferAsync(scope, at, ct);

    public ValueTask<bool> ForgetCountAsync(string scope, CancellationToken ct) => _inner.ForgetCountAsync(scope, ct);

    public ValueTask<bool> DeleteAsync(string scope, CancellationToken ct) => _inner.DeleteAsync(scope, ct);

    public ValueTask<IReadOnlyList<UsageNode>> ListHoldersAsync(CancellationToken ct) => throw new NotSupportedException();

    public ValueTask EndRunAsync(UsageNode run, CancellationToken ct) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<UnfinishedUsage>> ListUnfinishedOfAsync(UsageNode run, CancellationToken ct) => throw new NotSupportedException();

    public ValueTask FinishOfAsync(UsageNode run, string scope, UsageCorrection? correction, CancellationToken ct) => throw new NotSupportedException();

    public async ValueTask<bool> TryTakeOverAsync(UsageRecord record, CancellationToken ct)
    {
        if (await _inner.FindAsync(record.Scope, ct) is not null)
        {
            return false;
        }

        UsageAmount used = record.Used;
        await _inner.AdjustAsync(new UsageAdjustment(record.Scope, IsAdded: true, used.Files, used.Bytes, used.Uploaded, used.Downloaded, record.TransferSince), ct);
        return true;
    }
}
