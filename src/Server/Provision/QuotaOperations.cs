using Hpc.Accounts.Usage;
using Hpc.Actors.Limits;
using Hpc.HttpApi.Parts;
using Hpc.Server.Files;
using Hpc.Storage;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Provision;

/// <summary>Counting and setting what is in use, for the REST API. What is to be counted waits for its turn.</summary>
internal sealed partial class QuotaOperations(UsageKeeper keeper, IScopeTrees trees, TimeProvider time, ILogger logger) : IQuotaOperations, IAsyncDisposable
{
    /// <summary>Most scopes that wait: all of the largest dump. More are refused.</summary>
    internal const int MaxWaiting = 250_000;

    /// <summary>Counts that run at once.</summary>
    internal const int MaxRunning = 4;

    private readonly Lock _gate = new();
    private readonly Queue<string> _waiting = new();

    // Those that wait, and those that run.
    private readonly HashSet<string> _scopes = new(StringComparer.Ordinal);
    private readonly List<Task> _runners = [];
    private readonly CancellationTokenSource _stop = new();
    private int _running;
    private bool _isStopping;

    public ValueTask<IReadOnlyList<RunningScan>> ListScansAsync(CancellationToken ct) =>
        new([.. keeper.Scans.Select(static scan => new RunningScan(scan.Scope, scan.StartedAt))]);

    public async ValueTask<ScanStart> StartScanAsync(string scope, CancellationToken ct)
    {
        if (IsAsked(scope) || keeper.Scans.Any(scan => scan.Scope == scope))
        {
            return ScanStart.AlreadyRunning;
        }

        // To see that there are files: while it waits none of them is held open.
        StorageResult<ScopeTree> opened = await trees.OpenAsync(scope, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error == StorageError.NotFound ? ScanStart.NotFound : ScanStart.FilesUnavailable;
        }

        ScopeTrees.Dispose(opened.Value);
        return Enqueue(scope);
    }

    public ValueTask ChangeAsync(string scope, bool isAdded, long? files, long? bytes, long? uploaded, long? downloaded, CancellationToken ct) =>
        keeper.AdjustAsync(new UsageAdjustment(scope, isAdded, files, bytes, uploaded, downloaded, time.GetUtcNow()), ct);

    /// <summary>Ends what runs and forgets what waits.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] runners;
        lock (_gate)
        {
            _isStopping = true;
            _waiting.Clear();
            runners = [.. _runners];
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(runners).ConfigureAwait(false);
        _stop.Dispose();
    }

    private bool IsAsked(string scope)
    {
        lock (_gate)
        {
            return _scopes.Contains(scope);
        }
    }

    private ScanStart Enqueue(string scope)
    {
        lock (_gate)
        {
            if (_isStopping || _waiting.Count >= MaxWaiting)
            {
                return ScanStart.Unavailable;
            }

            if (!_scopes.Add(scope))
            {
                return ScanStart.AlreadyRunning;
            }

            _waiting.Enqueue(scope);
            if (_running < MaxRunning)
            {
                _running++;
                _runners.RemoveAll(static runner => runner.IsCompleted);
                _runners.Add(Task.Run(RunAsync));
            }

            return ScanStart.Started;
        }
    }

    private async Task RunAsync()
    {
        while (Next() is { } scope)
        {
            await CountAsync(scope).ConfigureAwait(false);
            lock (_gate)
            {
                _scopes.Remove(scope);
            }
        }
    }

    private string? Next()
    {
        lock (_gate)
        {
            if (_waiting.TryDequeue(out string? scope))
            {
                return scope;
            }

            _running--;
            return null;
        }
    }

    private async Task CountAsync(string scope)
    {
        ScopeTree? tree = null;
        try
        {
            StorageResult<ScopeTree> opened = await trees.OpenAsync(scope, _stop.Token).ConfigureAwait(false);
            StorageError error = opened.Error;
            if (opened.IsSuccess)
            {
                tree = opened.Value;
                error = (await keeper.ScanAsync(scope, tree, _stop.Token).ConfigureAwait(false)).Error;
            }

            if (error != StorageError.None)
            {
                ScanFailed(logger, scope, error);
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
            if (tree is not null)
            {
                ScopeTrees.Dispose(tree);
            }
        }
    }

    [LoggerMessage(4030, LogLevel.Warning, "counting {Scope} failed: {Reason}")]
    private static partial void ScanFailed(ILogger logger, string scope, StorageError reason);

    [LoggerMessage(4031, LogLevel.Error, "counting {Scope} failed")]
    private static partial void ScanBroke(ILogger logger, Exception error, string scope);
}
