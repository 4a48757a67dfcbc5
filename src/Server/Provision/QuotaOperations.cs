using System.Collections.Concurrent;
using Hpc.Accounts.Usage;
using Hpc.Actors.Limits;
using Hpc.HttpApi.Parts;
using Hpc.Server.Files;
using Hpc.Storage;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Provision;

/// <summary>Counting and setting what is in use, for the REST API.</summary>
internal sealed partial class QuotaOperations(UsageKeeper keeper, ScopeTrees trees, TimeProvider time, ILogger logger) : IQuotaOperations, IAsyncDisposable
{
    /// <summary>Counts that were asked for and run at once; more are refused.</summary>
    private const int MaxScans = 64;

    private readonly ConcurrentDictionary<string, Task> _running = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();

    public ValueTask<IReadOnlyList<RunningScan>> ListScansAsync(CancellationToken ct) =>
        new([.. keeper.Scans.Select(static scan => new RunningScan(scan.Scope, scan.StartedAt))]);

    public async ValueTask<ScanStart> StartScanAsync(string scope, CancellationToken ct)
    {
        if (keeper.Scans.Any(scan => scan.Scope == scope))
        {
            return ScanStart.AlreadyRunning;
        }

        if (_running.Count >= MaxScans || _stop.IsCancellationRequested)
        {
            return ScanStart.Unavailable;
        }

        StorageResult<ScopeTree> opened = await trees.OpenAsync(scope, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error == StorageError.NotFound ? ScanStart.NotFound : ScanStart.Unavailable;
        }

        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_running.TryAdd(scope, turn.Task))
        {
            ScopeTrees.Dispose(opened.Value);
            return ScanStart.AlreadyRunning;
        }

        _ = RunAsync(scope, opened.Value, turn);
        return ScanStart.Started;
    }

    public ValueTask ChangeAsync(string scope, bool isAdded, long? files, long? bytes, long? uploaded, long? downloaded, CancellationToken ct) =>
        keeper.AdjustAsync(new UsageAdjustment(scope, isAdded, files, bytes, uploaded, downloaded, time.GetUtcNow()), ct);

    /// <summary>Ends what runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running.Values).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync(string scope, ScopeTree tree, TaskCompletionSource turn)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            StorageResult<UsageScanReport> report = await keeper.ScanAsync(scope, tree, _stop.Token).ConfigureAwait(false);
            if (!report.IsSuccess)
            {
                ScanFailed(logger, scope, report.Error);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The server stops; the scope is counted again when somebody asks.
        }
#pragma warning disable CA1031 // Nobody waits for it: the log is told.
        catch (Exception error)
#pragma warning restore CA1031
        {
            ScanBroke(logger, error, scope);
        }
        finally
        {
            ScopeTrees.Dispose(tree);
            _running.TryRemove(scope, out _);
            turn.SetResult();
        }
    }

    [LoggerMessage(4030, LogLevel.Warning, "counting {Scope} failed: {Reason}")]
    private static partial void ScanFailed(ILogger logger, string scope, StorageError reason);

    [LoggerMessage(4031, LogLevel.Error, "counting {Scope} failed")]
    private static partial void ScanBroke(ILogger logger, Exception error, string scope);
}
