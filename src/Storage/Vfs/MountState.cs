using Hpc.Storage.Vfs.Uploads;

namespace Hpc.Storage.Vfs;

/// <summary>What all sessions that use the same files share on this node: which are open for writing, and which uploads are on their way. Its key is the scope of their count.</summary>
public sealed class MountState
{
    // One row of numbers for the process, so that two scopes with one directory do not make the same temporary.
    private static long s_lastUpload;

    /// <summary>Makes the state of a scope (<c>user:NAME</c>, <c>folder:NAME</c>).</summary>
    public MountState(string scope) => Scope = scope;

    /// <summary>Whose files they are.</summary>
    public string Scope { get; }

    /// <summary>True while a file is open for writing where that is counted or hashed, or an atomic upload is under way: the state must not be let go.</summary>
    public bool IsInUse => !Tracked.IsEmpty || !Pending.IsEmpty;

    private int _filesBeingMade;

    /// <summary>
    /// True while a file that is counted already may not be there yet. Looked at after the count: a file that is counted later changes the count,
    /// and one that was counted before is either there for a walk, or being made now.
    /// </summary>
    public bool IsMakingFiles => Volatile.Read(ref _filesBeingMade) != 0;

    /// <summary>True while bytes that are counted already may be in no file's claim yet (<see cref="UnwrittenClaimsAsync"/>). Looked at after the count, for the same reason.</summary>
    public bool IsClaiming => Tracked.All.Any(static tracked => tracked.IsClaiming);

    /// <summary>To be called before a file is counted that is made after that; ends when it is made, or given back.</summary>
    internal FileBeingMade BeginMaking()
    {
        Interlocked.Increment(ref _filesBeingMade);
        return new FileBeingMade(this);
    }

    internal void EndMaking() => Interlocked.Decrement(ref _filesBeingMade);

    /// <summary>
    /// Bytes that open files have claimed and do not hold yet: they are in the count and not in the tree. Asked before and after a walk,
    /// two equal answers say that nothing that was claimed was written meanwhile. Deletes and renames that were under way when it was asked
    /// have told the ledger when it answers, so that the ledger's changes are to be looked at after that. What was claimed before those were looked at may have been
    /// claimed behind this answer: before the walk it is asked once more.
    /// </summary>
    /// <param name="ct">Gives up.</param>
    public async ValueTask<StorageResult<long>> UnwrittenClaimsAsync(CancellationToken ct)
    {
        long bytes = 0;
        using (NameLock.Hold hold = await Names.EnterAsync(ct).ConfigureAwait(false))
        {
            if (!hold.IsHeld)
            {
                return StorageError.Cancelled;
            }
        }

        foreach (TrackedFile tracked in Tracked.All)
        {
            // For one file at a time, so that others get in between. Under the lock its handle stays open.
            using NameLock.Hold hold = await Names.EnterAsync(ct).ConfigureAwait(false);
            if (!hold.IsHeld)
            {
                return StorageError.Cancelled;
            }

            if (tracked.Handle is not { } handle || tracked.IsDeleted || !tracked.IsCounted)
            {
                continue;
            }

            StorageResult<EntryAttributes> file = await handle.GetAttributesAsync(ct).ConfigureAwait(false);
            if (!file.IsSuccess)
            {
                return file.Error;
            }

            long missing = tracked.ClaimedEnd - file.Value.Size;
            bytes += missing > 0 && bytes <= long.MaxValue - missing ? missing : 0;
        }

        return bytes;
    }

    internal NameLock Names { get; } = new();

    /// <summary>Of a user's root: taken for a walk through a tree that a user asks for, so that each user has one at a time.</summary>
    internal NameLock Walks { get; } = new();

    internal TrackedFiles Tracked { get; } = new();

    internal PendingUploads Pending { get; } = new();

    internal static ulong NextUpload() => (ulong)Interlocked.Increment(ref s_lastUpload);
}
