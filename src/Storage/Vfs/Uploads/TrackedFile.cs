using Hpc.Storage.Vfs.Usage;

namespace Hpc.Storage.Vfs.Uploads;

/// <summary>Which file it is: by what the backend says, or where it says nothing by its path below the mount.</summary>
/// <param name="Identity">The file itself.</param>
/// <param name="Path">Its path, if that is all that is known.</param>
internal readonly record struct TrackedKey(FileIdentity Identity, VirtualPath Path)
{
    public static TrackedKey Of(in EntryAttributes file, VirtualPath path) =>
        file.Identity.IsKnown ? new TrackedKey(file.Identity, VirtualPath.Root) : new TrackedKey(default, path);
}

/// <summary>
/// A file that somebody has open for writing. Up to <see cref="ClaimedEnd"/> it is in the counts, and it is never longer than that:
/// who writes past it claims the difference first.
/// </summary>
internal sealed class TrackedFile(TrackedKey key, long size)
{
    private long _claimedEnd = size;
    private int _claims;
    private volatile bool _isDeleted;
    private volatile UploadHash? _hash;

    // Changed under the names' lock alone, and so open while it is held. Hardly ever more than one.
    private IFileHandle? _handle;
    private List<IFileHandle>? _furtherHandles;

    /// <summary>Where it is found; changed under the names' lock alone.</summary>
    public TrackedKey Key { get; set; } = key;

    /// <summary>Handles that write to it; changed under the names' lock alone.</summary>
    public int Writers { get; set; }

    /// <summary>The name by which it was opened first, as renames of this server have left it; changed under the names' lock alone.</summary>
    public VirtualPath Path { get; set; }

    /// <summary>More than one handle wrote to it at a time, so that what is in it is not one handle's alone; changed under the names' lock alone.</summary>
    public bool IsShared { get; set; }

    /// <summary>What is claimed is in a count; not where files are followed for their digests alone. Changed under the names' lock alone.</summary>
    public bool IsCounted { get; private set; }

    /// <summary>Writes go in, changes of the size close it. Appends close it too, since where they end depends on those before them.</summary>
    public WriteGate Gate { get; } = new();

    /// <summary>One of those who write to it, as the backend opened it; null if there is none. Used under the names' lock alone.</summary>
    public IFileHandle? Handle => _handle;

    public long ClaimedEnd => Volatile.Read(ref _claimedEnd);

    /// <summary>The last name is gone: it is in no count any more.</summary>
    public bool IsDeleted => _isDeleted;

    /// <summary>The digest on the way; null if there is none.</summary>
    public UploadHash? Hash
    {
        get => _hash;
        set => _hash = value;
    }

    /// <summary>A writer is there. Called under the names' lock.</summary>
    /// <param name="handle">Its handle.</param>
    /// <param name="isCounted">Whether what it claims is in a count.</param>
    public void Attach(IFileHandle handle, bool isCounted)
    {
        IsCounted |= isCounted;
        if (_handle is null)
        {
            _handle = handle;
            return;
        }

        (_furtherHandles ??= []).Add(handle);
    }

    /// <summary>A writer is about to close. Called under the names' lock.</summary>
    public void Detach(IFileHandle handle)
    {
        if (!ReferenceEquals(_handle, handle))
        {
            _furtherHandles?.Remove(handle);
            return;
        }

        _handle = _furtherHandles is { Count: > 0 } ? _furtherHandles[^1] : null;
        if (_handle is not null)
        {
            _furtherHandles!.RemoveAt(_furtherHandles.Count - 1);
        }
    }

    /// <summary>True while what is taken may not be in <see cref="ClaimedEnd"/> yet. Looked at after the count, like <see cref="MountState.IsMakingFiles"/>.</summary>
    public bool IsClaiming => Volatile.Read(ref _claims) != 0;

    /// <summary>To be called before anything is taken for the file; <see cref="EndClaim"/> when it is in <see cref="ClaimedEnd"/>, or given back.</summary>
    public void BeginClaim() => Interlocked.Increment(ref _claims);

    public void EndClaim() => Interlocked.Decrement(ref _claims);

    /// <summary>Claims what lies between the claimed end and <paramref name="end"/>. Called within the gate.</summary>
    public TakeOutcome TryClaim(long end, FileShares shares)
    {
        long claimed = ClaimedEnd;
        if (end <= claimed)
        {
            return TakeOutcome.Taken;
        }

        BeginClaim();
        try
        {
            return TryClaim(end, claimed, shares);
        }
        finally
        {
            EndClaim();
        }
    }

    /// <summary>Sets the end to what it is known to be. Called with the gate closed; the difference is the caller's to take and give.</summary>
    public void SetClaimedEnd(long end) => Volatile.Write(ref _claimedEnd, end);

    /// <summary>Called with the gate closed; returns what has to be given back.</summary>
    public long MarkDeleted()
    {
        _isDeleted = true;
        return Interlocked.Exchange(ref _claimedEnd, 0);
    }

    private TakeOutcome TryClaim(long end, long claimed, FileShares shares)
    {
        while (end > claimed)
        {
            TakeOutcome outcome = shares.TryTakeBytes(end - claimed);
            long seen = outcome == TakeOutcome.Taken
                ? Interlocked.CompareExchange(ref _claimedEnd, end, claimed)
                : ClaimedEnd;
            if (seen == claimed)
            {
                return outcome;
            }

            // Another write claimed meanwhile, so that less is needed now.
            if (outcome == TakeOutcome.Taken)
            {
                shares.Give(end - claimed, 0);
            }

            claimed = seen;
        }

        return TakeOutcome.Taken;
    }
}
