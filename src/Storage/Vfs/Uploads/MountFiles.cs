namespace Hpc.Storage.Vfs.Uploads;

/// <summary>
/// One mount as one user uses it: opens files and does what changes how much they take, counted exactly. Permissions, patterns and links are judged before;
/// <c>backend</c> is the mount's file system or its <see cref="IFileSystem.WithoutLinks"/>.
/// Where nothing is counted, limited or hashed and uploads go into the files themselves, every call is the backend's and nothing else.
/// </summary>
internal sealed partial class MountFiles
{
    private readonly Mount _mount;
    private readonly UserFilesDefinition _user;
    private readonly UploadMode _uploadMode;
    private readonly int _index;

    // Counts and digests need to know who writes. So does the end of an upload that is refused, which removes what nobody else has written,
    // and a move to a mount of the user's that counts, which takes no open file along.
    private readonly bool _tracksWriters;

    /// <summary>The first mount of a user whom nobody else shares it with.</summary>
    public MountFiles(Mount mount, UserFilesDefinition user)
        : this(mount, user, new UserMounts(user), 0)
    {
    }

    /// <summary>One of the mounts.</summary>
    public MountFiles(Mount mount, UserFilesDefinition user, UserMounts mounts, int index)
    {
        _mount = mount;
        _user = user;
        _index = index;
        Mounts = mounts;
        Shares = mounts.SharesOf(index);
        Hashes = user.Options.HashUploads && mount.Files.Capabilities.HasFlag(FileSystemCapabilities.Metadata);
        IsReadOnly = mount.IsReadOnly || user.Options.IsReadOnly;
        CanReplace = mount.Files.Capabilities.HasFlag(FileSystemCapabilities.AtomicReplace);
        _uploadMode = CanReplace ? user.Options.UploadMode : UploadMode.Standard;
        _tracksWriters = Hashes || user.MaxUploadBytes > 0 || user.Transfer is not null || user.Mounts.Any(other => other.Quotas.Count > 0);
    }

    public Mount Mount => _mount;

    internal UserFilesDefinition User => _user;

    internal MountState State => _mount.State;

    /// <summary>The counts that its files are in.</summary>
    internal FileShares Shares { get; }

    /// <summary>What the user may still move; null without a limit.</summary>
    internal TransferAllowance? Transfer => Mounts.Transfer;

    /// <summary>What all views of the user's files share.</summary>
    internal UserMounts Mounts { get; }

    /// <summary>True if files opened here have to be opened again before they are written to.</summary>
    internal bool IsOutdated => Mounts.IsOutdated(_index);

    /// <summary>Whether digests are made on the way and kept.</summary>
    internal bool Hashes { get; }

    internal bool IsReadOnly { get; }

    /// <summary>True where writes need not be known before they are done: nothing is counted, and no digest made.</summary>
    internal bool TakesWritesAsTheyCome => Shares.IsEmpty && !Hashes;

    /// <summary>True if files that are written to are on record, and with them their paths.</summary>
    internal bool TracksPaths => Counts || _tracksWriters || _uploadMode != UploadMode.Standard;

    private bool Counts => !Shares.IsEmpty;

    private bool CanReplace { get; }

    // Names change under the lock where what has them is counted or known to be written to, or an upload is to take one.
    private bool LocksNames => TracksPaths || !State.Tracked.IsEmpty;

    /// <summary>Attributes by path; a new file that is on its way up by an atomic upload of the same user is seen with what it has so far.</summary>
    public async ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(IFileSystem backend, VirtualPath inner, bool follow, CancellationToken ct)
    {
        StorageResult<EntryAttributes> found = await StatAsync(backend, inner, follow, ct).ConfigureAwait(false);
        if (found.Error != StorageError.NotFound || !State.Pending.TryFind(_user.Source.UserName, inner, out VirtualPath temporary))
        {
            return found;
        }

        StorageResult<EntryAttributes> pending = await backend.GetLinkAttributesAsync(temporary, ct).ConfigureAwait(false);

        // It has taken its name meanwhile.
        return pending.Error == StorageError.NotFound ? await StatAsync(backend, inner, follow, ct).ConfigureAwait(false) : pending;
    }

    /// <summary>Tells of a change of attributes of an open file.</summary>
    internal void PublishChange(VirtualPath outer, AttributeChanges changes, long startedAt, StorageError outcome)
    {
        _user.Events?.Publish(new FileEvent
        {
            Source = _user.Source,
            Kind = changes.Size is not null ? FileEventKind.Truncate
                : changes.Permissions is not null ? FileEventKind.ChangeMode
                : changes.UserId is not null || changes.GroupId is not null ? FileEventKind.ChangeOwner
                : FileEventKind.ChangeTimes,
            Path = outer,
            Size = changes.Size ?? -1,
            Changes = changes,
            Elapsed = _user.Options.Time.GetElapsedTime(startedAt),
            Outcome = outcome,
        });
    }

    private static ValueTask<StorageResult<EntryAttributes>> StatAsync(IFileSystem backend, VirtualPath inner, bool follow, CancellationToken ct) =>
        follow ? backend.GetAttributesAsync(inner, ct) : backend.GetLinkAttributesAsync(inner, ct);

    /// <summary>Has the store know that files are being changed, before the first of them is.</summary>
    private async ValueTask<StorageError> MarkInUseAsync(CancellationToken ct)
    {
        for (int i = 0; i < Shares.All.Length; i++)
        {
            StorageResult marked = await Shares.All[i].Ledger.MarkInUseAsync(ct).ConfigureAwait(false);
            if (!marked.IsSuccess)
            {
                return marked.Error;
            }
        }

        return StorageError.None;
    }
}
