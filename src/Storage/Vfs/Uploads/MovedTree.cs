namespace Hpc.Storage.Vfs.Uploads;

/// <summary>Counts what is about to be moved to another mount.</summary>
internal sealed class MovedTree(MountState state, IFileSystem files, bool isCounted) : TreeWalk(files)
{
    private long _bytes;
    private long _files;

    public TreeShare Share => new(_bytes, _files);

    /// <summary>
    /// Adds one entry. A file that somebody writes to is <see cref="StorageError.Busy"/>, one with further names <see cref="StorageError.CrossDevice"/>
    /// where it is counted: those names would keep it in the count that it leaves.
    /// </summary>
    public StorageError TryAdd(in EntryAttributes entry, VirtualPath path)
    {
        if (entry.Type != EntryType.File)
        {
            return StorageError.None;
        }

        if (state.Tracked.Find(entry, path) is not null)
        {
            return StorageError.Busy;
        }

        if (isCounted && entry.LinkCount > 1)
        {
            return StorageError.CrossDevice;
        }

        _bytes += entry.Size;
        _files++;
        return StorageError.None;
    }

    /// <summary>Adds everything below a directory. A tree that is too large is left to its client to move entry by entry: the names' lock is held meanwhile.</summary>
    public async ValueTask<StorageError> AddBelowAsync(VirtualPath top, CancellationToken ct)
    {
        StorageError error = await RunAsync(top, ct).ConfigureAwait(false);
        return error == StorageError.LimitReached ? StorageError.CrossDevice : error;
    }

    protected override StorageError Visit(in DirectoryEntry entry) =>
        Current.TryCombine(entry.Name, out VirtualPath path) ? TryAdd(entry.Attributes, path) : StorageError.NameTooLong;
}
