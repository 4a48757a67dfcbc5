using Hpc.Accounts.Usage;
using Hpc.Storage;

namespace Hpc.Actors.Limits;

/// <summary>What is counted without being asked: after a crash, and what was never counted.</summary>
public sealed partial class UsageKeeper
{
    /// <summary>
    /// Until it is cancelled: sets right what a crash left (<see cref="RecoverAsync"/>), again after a pause while anything of it fails;
    /// and counts scopes that were never counted, one at a time, from when files of them are first changed. Until that is done their counts are what is known.
    /// </summary>
    public Task RunAsync(IScopeTrees trees, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(trees);
        return Task.WhenAll(KeepRecoveringAsync(trees, ct), CountNewScopesAsync(trees, ct));
    }

    /// <summary>
    /// Sets right what a crash left: for each scope that an earlier run of this node had in use, one after the other, left-over temporaries are removed or given their names,
    /// the files are counted, and what was reserved is free again. Until then that counts as used. What fails is logged and keeps its reservation;
    /// a scope whose user or folder is gone is forgotten.
    /// </summary>
    /// <returns>How many scopes are left.</returns>
    public async Task<int> RecoverAsync(IScopeTrees trees, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(trees);
        await FindLeftOversAsync(ct).ConfigureAwait(false);
        IReadOnlyList<UnfinishedUsage> unfinished = await _book.Store.ListUnfinishedAsync(_book.Node, ct).ConfigureAwait(false);
        if (unfinished.Count > 0)
        {
            UsageLog.RecoveryBegins(_book.Logger, unfinished.Count);
        }

        string[] doubtful = _book.Doubtful.TakeAll();
        int failed = 0;
        try
        {
            foreach (UnfinishedUsage scope in unfinished)
            {
                StorageError error = await RecoverScopeAsync(scope, trees, OwnRuns, ct).ConfigureAwait(false);
                failed += error == StorageError.None ? 0 : 1;
                doubtful = error == StorageError.None ? [.. doubtful.Where(name => name != scope.Scope)] : doubtful;
            }

            return failed + await RecountAsync(doubtful, trees, ct).ConfigureAwait(false);
        }
        catch
        {
            Array.ForEach(doubtful, _book.Doubtful.Add);
            throw;
        }
    }

    // Another node may have counted them before the last of what this one wrote.
    private async Task<int> RecountAsync(string[] scopes, IScopeTrees trees, CancellationToken ct)
    {
        int failed = 0;
        foreach (string scope in scopes)
        {
            var unfinished = new UnfinishedUsage(scope, UsageUse.Files, default);
            if (await RecoverScopeAsync(unfinished, trees, OwnRuns, ct).ConfigureAwait(false) != StorageError.None)
            {
                _book.Doubtful.Add(scope);
                failed++;
            }
        }

        return failed;
    }

    private async Task KeepRecoveringAsync(IScopeTrees trees, CancellationToken ct)
    {
        RetryPause pause = default;
        while (true)
        {
            try
            {
                if (await RecoverAsync(trees, ct).ConfigureAwait(false) == 0)
                {
                    await _book.Doubtful.WaitAsync(ct).ConfigureAwait(false);
                    pause = default;
                    continue;
                }
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                UsageLog.RecoveryAborted(_book.Logger, error.Message, UsageLog.Unexpected(error));
            }

            await Task.Delay(pause.Next(), _book.Time, ct).ConfigureAwait(false);
        }
    }

    private async ValueTask<StorageError> RecoverScopeAsync(UnfinishedUsage unfinished, IScopeTrees trees, EndedRuns runs, CancellationToken ct)
    {
        string scope = unfinished.Scope;
        if (!_scans.TryBegin(scope, _book.Time.GetUtcNow(), isRecovery: true))
        {
            UsageLog.RecoveryFailed(_book.Logger, scope, StorageError.Busy, null);
            return StorageError.Busy;
        }

        ScopeTree? tree = null;
        try
        {
            if (unfinished.Use != UsageUse.Files)
            {
                // Nothing but what was moved: there is nothing to count.
                await runs.FinishAsync(scope, null, ct).ConfigureAwait(false);
                return StorageError.None;
            }

            StorageResult<ScopeTree> opened = await trees.OpenAsync(scope, ct).ConfigureAwait(false);
            if (opened.Error == StorageError.NotFound)
            {
                await _book.Store.DeleteAsync(scope, ct).ConfigureAwait(false);
                UsageLog.ScopeForgotten(_book.Logger, scope);
                return StorageError.None;
            }

            StorageError error = opened.Error;
            if (opened.IsSuccess)
            {
                tree = opened.Value;
                error = (await CountAsync(scope, tree, CountKind.Recovery, runs, ct).ConfigureAwait(false)).Error;
            }

            if (error != StorageError.None)
            {
                UsageLog.RecoveryFailed(_book.Logger, scope, error, null);
            }

            return error;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            UsageLog.RecoveryFailed(_book.Logger, scope, StorageError.IoError, UsageLog.Unexpected(error));
            return StorageError.IoError;
        }
        finally
        {
            _scans.End(scope);
            await DisposeAsync(tree).ConfigureAwait(false);
        }
    }

    private async Task CountNewScopesAsync(IScopeTrees trees, CancellationToken ct)
    {
        var retries = new PriorityQueue<FirstScan, long>();
        while (true)
        {
            FirstScan next;
            if (_book.FirstScans.Waiting.TryRead(out string? scope))
            {
                next = new FirstScan(scope);
            }
            else if (retries.TryPeek(out FirstScan? due, out long at) && at <= _book.Time.GetUtcNow().Ticks)
            {
                next = due;
                retries.Dequeue();
            }
            else
            {
                await WaitAsync(retries, ct).ConfigureAwait(false);
                continue;
            }

            if (await CountNewScopeAsync(next.Scope, trees, ct).ConfigureAwait(false))
            {
                _book.FirstScans.Forget(next.Scope);
            }
            else
            {
                retries.Enqueue(next, (_book.Time.GetUtcNow() + next.NextPause()).Ticks);
            }
        }
    }

    // Until there is a new scope, or the first retry is due.
    private async Task WaitAsync(PriorityQueue<FirstScan, long> retries, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        Task arrival = _book.FirstScans.Waiting.WaitToReadAsync(patience.Token).AsTask();
        if (retries.TryPeek(out _, out long at))
        {
            var pause = TimeSpan.FromTicks(Math.Max(1, at - _book.Time.GetUtcNow().Ticks));
            await Task.WhenAny(arrival, Task.Delay(pause, _book.Time, patience.Token)).ConfigureAwait(false);
            await patience.CancelAsync().ConfigureAwait(false);
            await arrival.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        else
        {
            await arrival.ConfigureAwait(false);
        }

        ct.ThrowIfCancellationRequested();
    }

    /// <summary>False if it is to be tried again.</summary>
    private async ValueTask<bool> CountNewScopeAsync(string scope, IScopeTrees trees, CancellationToken ct)
    {
        ScopeTree? tree = null;
        bool isMine = false;
        try
        {
            UsageRecord? record = await _book.Store.FindAsync(scope, ct).ConfigureAwait(false);
            if (record is null or { ScannedAt: not null })
            {
                return true;
            }

            if (!await trees.ExistsAsync(scope, ct).ConfigureAwait(false))
            {
                // It was settled once more by a session that outlived its user.
                await _book.Store.DeleteAsync(scope, ct).ConfigureAwait(false);
                UsageLog.ScopeForgotten(_book.Logger, scope);
                return true;
            }

            if (!_book.FirstScans.HasFiles(scope))
            {
                return true;
            }

            isMine = _scans.TryBegin(scope, _book.Time.GetUtcNow(), isRecovery: false);
            if (!isMine)
            {
                return false;
            }

            StorageResult<ScopeTree> opened = await trees.OpenAsync(scope, ct).ConfigureAwait(false);
            if (!opened.IsSuccess)
            {
                return opened.Error == StorageError.NotFound;
            }

            tree = opened.Value;
            return (await CountAsync(scope, tree, CountKind.First, null, ct).ConfigureAwait(false)).IsSuccess;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            UsageLog.FirstScanFailed(_book.Logger, scope, error.Message, UsageLog.Unexpected(error));
            return false;
        }
        finally
        {
            if (isMine)
            {
                _scans.End(scope);
            }

            await DisposeAsync(tree).ConfigureAwait(false);
        }
    }

    private sealed class FirstScan(string scope)
    {
        private RetryPause _pause;

        public string Scope => scope;

        public TimeSpan NextPause() => _pause.Next();
    }
}
