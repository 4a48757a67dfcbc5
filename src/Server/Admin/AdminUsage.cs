using Hpc.Accounts.Usage;
using Hpc.Actors.Limits;
using Hpc.Server.Files;
using Hpc.Storage;

namespace Hpc.Server.Admin;

/// <summary>What operators ask and do about usage, behind the admin port.</summary>
internal sealed class AdminUsage(IUsageStore store, UsageKeeper keeper, ScopeTrees trees)
{
    private const int MaxListed = 1000;

    /// <summary>Null if nothing was ever counted in the scope.</summary>
    public async ValueTask<UsageView?> FindAsync(string scope, CancellationToken ct) =>
        await store.FindAsync(scope, ct).ConfigureAwait(false) is { } record ? UsageView.Of(record) : null;

    /// <summary>Scopes behind <paramref name="after"/>, at most 1,000.</summary>
    public async ValueTask<IReadOnlyList<UsageView>> ListAsync(string? after, CancellationToken ct) =>
        [.. (await store.ListAsync(after, MaxListed, ct).ConfigureAwait(false)).Select(UsageView.Of)];

    public IReadOnlyList<RunningScanView> Scans() => [.. keeper.Scans.Select(RunningScanView.Of)];

    public ValueTask<bool> ResetTransferAsync(string scope, CancellationToken ct) => keeper.ResetTransferAsync(scope, ct);

    /// <summary>Counts the files of a scope; <see cref="StorageError.NotFound"/> if there is none, <see cref="StorageError.Busy"/> if they are being counted.</summary>
    public async ValueTask<StorageResult<UsageScanView>> ScanAsync(string scope, CancellationToken ct)
    {
        StorageResult<ScopeTree> opened = await trees.OpenAsync(scope, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        ScopeTree tree = opened.Value;
        try
        {
            StorageResult<UsageScanReport> report = await keeper.ScanAsync(scope, tree, ct).ConfigureAwait(false);
            return report.IsSuccess ? UsageScanView.Of(report.Value) : report.Error;
        }
        finally
        {
            ScopeTrees.Dispose(tree);
        }
    }
}
