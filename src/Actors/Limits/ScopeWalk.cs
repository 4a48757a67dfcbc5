using Hpc.Storage;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Limits;

/// <summary>Walks the trees of a scope until nothing was counted in or out meanwhile, or often enough.</summary>
internal sealed class ScopeWalk(UsageLedger ledger, ScopeTree tree, LeftOverUploads? leftOvers, Action<TreeCount> progress)
{
    /// <summary>How often the trees are walked at most.</summary>
    public int MaxWalks { get; init; } = 3;

    /// <summary>Files in the ledger when the last walk began.</summary>
    public long FilesBefore { get; private set; }

    /// <summary>Bytes in the ledger when the last walk began.</summary>
    public long BytesBefore { get; private set; }

    /// <summary>What the last walk counted, and what all of them did to left-over uploads.</summary>
    public TreeCount Count { get; private set; }

    /// <summary>Bytes that were in the ledger and not yet in the files when the last walk began.</summary>
    public long Unwritten { get; private set; }

    /// <summary>True if nothing was counted in or out, renamed or written during the last walk.</summary>
    public bool IsExact { get; private set; }

    private long Changes => ledger.Files.Changes + ledger.Bytes.Changes + ledger.Moves;

    public async ValueTask<StorageResult> RunAsync(CancellationToken ct)
    {
        LeftOverUploads? uploads = leftOvers;
        TreeCount cleared = default;
        for (int i = 0; i < MaxWalks && !IsExact; i++)
        {
            // Before the changes are looked at: deletes and renames that were under way are among them then.
            StorageResult<long> before = await UnwrittenAsync(ct).ConfigureAwait(false);
            if (!before.IsSuccess)
            {
                return before.Error;
            }

            long changes = Changes;
            (FilesBefore, BytesBefore) = (ledger.Files.Value, ledger.Bytes.Value);
            bool isUnderWay = States().Any(static state => state.IsMakingFiles || state.IsClaiming);

            // And after: what was claimed in between is in the ledger's figures, and may be written while the walk is on.
            before = await UnwrittenAsync(ct).ConfigureAwait(false);
            if (!before.IsSuccess)
            {
                return before.Error;
            }

            StorageResult<TreeCount> walked = await WalkAsync(tree, uploads, ct).ConfigureAwait(false);
            if (!walked.IsSuccess)
            {
                return walked.Error;
            }

            if (uploads is not null)
            {
                // What was removed or named may be in this walk's figures or not.
                cleared = walked.Value;
                uploads = null;
                if (cleared.Removed + cleared.Renamed > 0)
                {
                    i--;
                    continue;
                }
            }

            Count = walked.Value with { Removed = cleared.Removed, Renamed = cleared.Renamed, Failed = cleared.Failed };
            StorageResult<long> after = await UnwrittenAsync(ct).ConfigureAwait(false);
            if (!after.IsSuccess)
            {
                return after.Error;
            }

            Unwritten = before.Value;
            IsExact = !isUnderWay && Changes == changes && after.Value == before.Value;
        }

        return StorageResult.Success;
    }

    /// <summary>What the ledger lacks, or has too much (below 0). Where files changed all the while, only what it surely lacks: a file that was missed is still there.</summary>
    public (long Files, long Bytes) Change()
    {
        // What is claimed and not written is no part of the walk's figure.
        (long files, long bytes) = (Count.Files - FilesBefore, Count.Bytes + Unwritten - BytesBefore);
        return IsExact ? (files, bytes) : (Math.Max(0, files), Math.Max(0, bytes));
    }

    /// <summary>What the ledger lacks at least, whatever of what came meanwhile the walk met.</summary>
    public (long Files, long Bytes) LeastChange() =>
        (Math.Max(0, Count.Files - Math.Max(FilesBefore, ledger.Files.Value)), Math.Max(0, Count.Bytes - Math.Max(BytesBefore, ledger.Bytes.Value)));

    private async ValueTask<StorageResult<long>> UnwrittenAsync(CancellationToken ct)
    {
        long bytes = 0;
        foreach (MountState state in States())
        {
            StorageResult<long> unwritten = await state.UnwrittenClaimsAsync(ct).ConfigureAwait(false);
            if (!unwritten.IsSuccess)
            {
                return unwritten;
            }

            bytes += unwritten.Value;
        }

        return bytes;
    }

    private HashSet<MountState> States()
    {
        var states = new HashSet<MountState>();
        var trees = new Queue<ScopeTree>([tree]);
        while (trees.TryDequeue(out ScopeTree? next))
        {
            if (next.State is { } state)
            {
                states.Add(state);
            }

            foreach (ScopeTree other in next.Others)
            {
                trees.Enqueue(other);
            }
        }

        return states;
    }

    private async ValueTask<StorageResult<TreeCount>> WalkAsync(ScopeTree root, LeftOverUploads? uploads, CancellationToken ct)
    {
        TreeCount total = default;
        var trees = new Queue<ScopeTree>([root]);
        while (trees.TryDequeue(out ScopeTree? next))
        {
            TreeCount before = total;
            var scan = new TreeScan(next.Files, next.Excluded) { LeftOvers = uploads, Progress = count => progress(before + count) };
            StorageResult<TreeCount> counted = await scan.RunAsync(ct).ConfigureAwait(false);
            if (!counted.IsSuccess)
            {
                return counted.Error;
            }

            total += counted.Value;
            foreach (ScopeTree other in next.Others)
            {
                trees.Enqueue(other);
            }
        }

        return total;
    }
}
