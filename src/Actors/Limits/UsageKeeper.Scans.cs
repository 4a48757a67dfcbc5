using Hpc.Accounts.Usage;
using Hpc.Actors.Kernel;
using Hpc.Storage;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Limits;

/// <summary>Counting the files of a scope, on demand and after a crash.</summary>
public sealed partial class UsageKeeper
{
    private readonly UsageScans _scans = new();
    private LeftOverUploads? _leftOvers;

    private enum CountKind
    {
        Scan,
        First,
        Recovery,
    }

    /// <summary>How uploads are made: it says what becomes of temporaries that earlier runs left.</summary>
    public UploadMode UploadMode { get; init; }

    /// <summary>Scans and recoveries that are running.</summary>
    public IReadOnlyList<UsageScan> Scans => _scans.List();

    /// <summary>
    /// Counts the files of a scope and sets right what is thought to be in use. <see cref="StorageError.Busy"/> if a scan of the scope is running.
    /// If files were counted in or out or renamed during the walk, it is repeated up to three times; after that the figures are corrected upwards only,
    /// because the walk may have missed files, and the report says that it is not exact. Temporaries that earlier runs of this node left are cleared up on the way.
    /// </summary>
    /// <param name="scope">The scope.</param>
    /// <param name="tree">Its files; they stay the caller's.</param>
    /// <param name="ct">Gives up; then nothing is changed.</param>
    public async ValueTask<StorageResult<UsageScanReport>> ScanAsync(string scope, ScopeTree tree, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(scope);
        ArgumentNullException.ThrowIfNull(tree);
        if (!_scans.TryBegin(scope, _book.Time.GetUtcNow(), isRecovery: false))
        {
            return StorageError.Busy;
        }

        try
        {
            return await CountAsync(scope, tree, CountKind.Scan, null, ct).ConfigureAwait(false);
        }
        finally
        {
            _scans.End(scope);
        }
    }

    private async ValueTask<StorageResult<UsageScanReport>> CountAsync(string scope, ScopeTree tree, CountKind kind, EndedRuns? runs, CancellationToken ct)
    {
        bool isRecovery = kind == CountKind.Recovery;
        LeftOverUploads leftOvers = runs?.LeftOvers ?? await FindLeftOversAsync(ct).ConfigureAwait(false);
        UsageEntry entry = _book.Acquire(scope);
        UsageLedger ledger = entry.Ledger;
        try
        {
            StorageResult loaded = await ReserveAsync(ledger, default, ct).ConfigureAwait(false);
            if (!loaded.IsSuccess)
            {
                return loaded.Error;
            }

            LeftOverUploads? toClear = kind == CountKind.First || leftOvers.DeadEpochs.Count == 0 ? null : leftOvers;
            if (_book.Store is ISharedUsageStore shared)
            {
                return await CountSharedAsync(shared, entry, tree, kind, runs, toClear, ct).ConfigureAwait(false);
            }

            var walk = new ScopeWalk(ledger, tree, toClear, count => OnProgress(scope, count, isRecovery));
            StorageResult walked = await walk.RunAsync(ct).ConfigureAwait(false);
            if (!walked.IsSuccess)
            {
                return walked.Error;
            }

            if (!walk.IsExact && kind != CountKind.Scan)
            {
                // It is done again; until then what is surely missing is counted.
                (long files, long bytes) = walk.LeastChange();
                ledger.Files.Add(files);
                ledger.Bytes.Add(bytes);
                return StorageError.Busy;
            }

            (long Files, long Bytes) change = walk.Change();
            var correction = new UsageCorrection(scope, change.Files, change.Bytes, _book.NextStamp());
            if (!await CorrectAsync(entry, correction, isRecovery, ct).ConfigureAwait(false))
            {
                return StorageError.Unavailable;
            }

            _book.CountScan();
            var before = new UsageAmount(walk.FilesBefore, walk.BytesBefore, 0, 0);
            Log(scope, walk, isRecovery, walk.IsExact, before);
            return ReportOf(scope, walk, walk.IsExact, before);
        }
        finally
        {
            _book.Release(ledger);
        }
    }

    private async ValueTask<LeftOverUploads> FindLeftOversAsync(CancellationToken ct)
    {
        if (_leftOvers is null)
        {
            IReadOnlySet<string> earlier = await _book.Store.BeginAsync(_book.Node, ct).ConfigureAwait(false);
            _leftOvers = new LeftOverUploads(UploadMode, _book.FirstEpoch, earlier.Where(epoch => !_book.IsOwnEpoch(epoch)).ToHashSet(StringComparer.Ordinal));
        }

        return _leftOvers;
    }

    private async ValueTask<bool> CorrectAsync(UsageEntry entry, UsageCorrection correction, bool isRecovery, CancellationToken ct)
    {
        try
        {
            return await _actor.AskAsync<bool>(
                reply => new UsageMessage.Correct(entry, correction, isRecovery, reply), AnswerTimeout, ct).ConfigureAwait(false);
        }
        catch (Exception error) when (error is AskTimeoutException or DeadLetterException)
        {
            return false;
        }
    }

    private void OnProgress(string scope, TreeCount count, bool isRecovery)
    {
        _scans.Report(scope, count);
        if (isRecovery)
        {
            UsageLog.RecoveryProgress(_book.Logger, scope, count.Entries, count.Files, count.Bytes);
        }
    }

    private void Log(string scope, ScopeWalk walk, bool isRecovery, bool isExact, UsageAmount before)
    {
        TreeCount count = walk.Count;
        if (isRecovery)
        {
            UsageLog.Recovered(
                _book.Logger, scope, before.Files, before.Bytes, count.Files, count.Bytes, count.Removed, count.Renamed);
        }
        else
        {
            UsageLog.Scanned(_book.Logger, scope, before.Files, before.Bytes, count.Files, count.Bytes);
        }

        if (count.Unreadable > 0 || count.Failed > 0)
        {
            UsageLog.ScanIncomplete(_book.Logger, scope, count.Unreadable, count.Failed);
        }

        if (!isExact)
        {
            UsageLog.ScanInexact(_book.Logger, scope);
        }
    }

    private static async ValueTask DisposeAsync(ScopeTree? tree)
    {
        if (tree is null)
        {
            return;
        }

        switch (tree.Files)
        {
            case IAsyncDisposable asynchronous: await asynchronous.DisposeAsync().ConfigureAwait(false); break;
            case IDisposable disposable: disposable.Dispose(); break;
        }

        foreach (ScopeTree other in tree.Others)
        {
            await DisposeAsync(other).ConfigureAwait(false);
        }
    }
}
