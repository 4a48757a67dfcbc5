using Hpc.Accounts.Usage;
using Hpc.Storage;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Limits;

/// <summary>Counting files that other nodes may be changing, too; and what nodes left that do not come back.</summary>
public sealed partial class UsageKeeper
{
    private const int MaxSharedWalks = 3;

    /// <summary>Nodes tell once a second what they changed; one that takes longer than this counts the files again itself if somebody counted them meanwhile.</summary>
    internal static readonly TimeSpan TellingTime = TimeSpan.FromSeconds(3);

    // Shorter than a mark lasts when nobody uses it any more: none can have come and gone meanwhile.
    private static readonly TimeSpan MarkTime = TimeSpan.FromSeconds(20);

    private EndedRuns OwnRuns => new(null, null, (scope, correction, ct) => _book.Store.FinishAsync(_book.Node, scope, correction, ct));

    /// <summary>
    /// Sets right what an ended run of another node left in a scope, as <see cref="RecoverAsync"/> does for runs of this one: what it held is free again afterwards.
    /// </summary>
    /// <param name="run">The run, ended for longer than its node spends what it holds.</param>
    /// <param name="unfinished">What it left.</param>
    /// <param name="trees">The files.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns><see cref="StorageError.None"/>, or why it is to be tried again.</returns>
    internal async ValueTask<StorageError> FinishDeadAsync(UsageNode run, UnfinishedUsage unfinished, IScopeTrees trees, CancellationToken ct)
    {
        var store = (ISharedUsageStore)_book.Store;

        // Its temporaries carry the name of the run that its process began with, which may be an earlier one.
        var epochs = (await store.ListEarlierAsync(run, ct).ConfigureAwait(false)).Append(run.Epoch).ToHashSet(StringComparer.Ordinal);
        var runs = new EndedRuns(run, new LeftOverUploads(UploadMode, _book.FirstEpoch, epochs), (scope, correction, token) => store.FinishOfAsync(run, scope, correction, token));
        return await RecoverScopeAsync(unfinished, trees, runs, ct).ConfigureAwait(false);
    }

    // Nobody knows what other nodes change but from what they tell the store: figures that are the same from before the walk until all must have told what they did meanwhile
    // are those of the files that were walked.
    private async ValueTask<StorageResult<UsageScanReport>> CountSharedAsync(
        ISharedUsageStore store, UsageEntry entry, ScopeTree tree, CountKind kind, EndedRuns? runs, LeftOverUploads? leftOvers, CancellationToken ct)
    {
        string scope = entry.Ledger.Scope;
        bool isRecovery = kind == CountKind.Recovery;
        for (int i = 1; ; i++)
        {
            var walk = new ScopeWalk(entry.Ledger, tree, leftOvers, count => OnProgress(scope, count, isRecovery)) { MaxWalks = 1 };
            leftOvers = null;
            var watch = new SharedFigures(store, scope, _book.Time);
            long start = _book.Time.GetTimestamp();
            bool isAlone = await IsAloneAsync(store, scope, runs, ct).ConfigureAwait(false);
            StorageResult walked = await watch.DuringAsync(token => walk.RunAsync(token), ChooseWaitAsync, ct).ConfigureAwait(false);
            if (!walked.IsSuccess)
            {
                return walked.Error;
            }

            bool isExact = walk.IsExact && watch.WereSteady && !IsUnsettled(entry);
            bool isLast = i >= MaxSharedWalks;
            if (!isExact && (!isLast || kind != CountKind.Scan))
            {
                if (isLast)
                {
                    return StorageError.Busy;
                }

                continue;
            }

            if (await TryCorrectAsync(store, walk, watch, scope, isExact, ct).ConfigureAwait(false))
            {
                await EndCountAsync(entry, runs, ct).ConfigureAwait(false);
                Log(scope, walk, isRecovery, isExact, watch.First);
                return ReportOf(scope, walk, isExact, watch.First);
            }

            if (isLast)
            {
                return StorageError.Busy;
            }

            // Nobody else could change anything, and this node has told what it did: there is nothing to wait for.
            async ValueTask<TimeSpan> ChooseWaitAsync(CancellationToken token) =>
                isAlone && !IsUnsettled(entry) && _book.Time.GetElapsedTime(start) < MarkTime && await IsAloneAsync(store, scope, runs, token).ConfigureAwait(false)
                    ? TimeSpan.Zero
                    : TellingTime;
        }
    }

    private static bool IsUnsettled(UsageEntry entry) => entry.Ledger.Files.IsUnsettled || entry.Ledger.Bytes.IsUnsettled;

    private async ValueTask<bool> IsAloneAsync(ISharedUsageStore store, string scope, EndedRuns? runs, CancellationToken ct) =>
        (await store.ListChangersAsync(scope, ct).ConfigureAwait(false)).All(run => run.Id == _book.Node.Id || run == runs?.Run);

    private async ValueTask<bool> TryCorrectAsync(ISharedUsageStore store, ScopeWalk walk, SharedFigures watch, string scope, bool isExact, CancellationToken ct)
    {
        // What is claimed and not written is in the figures, and not in the files.
        (long files, long bytes) = isExact
            ? (walk.Count.Files - watch.First.Files, walk.Count.Bytes + walk.Unwritten - watch.First.Bytes)
            : (Math.Max(0, walk.Count.Files - watch.Most.Files), Math.Max(0, walk.Count.Bytes - watch.Most.Bytes));
        DateTimeOffset stamp = _book.NextStamp();
        if (watch.ScannedAt is { } last && stamp <= last)
        {
            stamp = last.AddMilliseconds(1);
        }

        return await store.TryCorrectAsync(new UsageCorrection(scope, files, bytes, stamp), watch.ScannedAt, ct).ConfigureAwait(false);
    }

    private async ValueTask EndCountAsync(UsageEntry entry, EndedRuns? runs, CancellationToken ct)
    {
        _book.CountScan();
        _actor.Tell(new UsageMessage.Refresh(entry));
        if (runs is not null)
        {
            await runs.FinishAsync(entry.Ledger.Scope, null, ct).ConfigureAwait(false);
        }
    }

    private static UsageScanReport ReportOf(string scope, ScopeWalk walk, bool isExact, UsageAmount before) => new()
    {
        Scope = scope,
        FilesBefore = before.Files,
        BytesBefore = before.Bytes,
        Files = walk.Count.Files,
        Bytes = walk.Count.Bytes,
        Unreadable = walk.Count.Unreadable,
        IsExact = isExact,
    };

    /// <summary>Runs that will not go on: which of another node (null: those of this one), what temporaries they left (null: those of this node), and how they are finished in a scope.</summary>
    private sealed record EndedRuns(UsageNode? Run, LeftOverUploads? LeftOvers, Func<string, UsageCorrection?, CancellationToken, ValueTask> FinishAsync);
}
