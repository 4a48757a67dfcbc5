namespace Hpc.Storage.Vfs;

/// <summary>
/// Goes through all that is below a directory, in no order of names. Of what is yet to come it keeps names and of paths only the one that it is at,
/// so what it needs is bounded however deep and wide the tree is. No directory is held open while it goes down into another; links are entries. For one walk.
/// </summary>
internal abstract class TreeWalk(IFileSystem files, int mostEntries = TreeWalk.MostEntries)
{
    /// <summary>Entries that are visited at most.</summary>
    public const int MostEntries = 100_000;

    /// <summary>Characters of the names of directories yet to come: 16 MiB.</summary>
    public const int MostNameLength = 8 * 1024 * 1024;

    private const int EntriesPerRead = 256;

    private readonly Stack<(string Name, int Depth)> _waiting = new();
    private readonly List<DirectoryEntry> _entries = new(EntriesPerRead);
    private int _visited;
    private int _nameLength;

    /// <summary>Characters of names that are kept at most; a test makes it small.</summary>
    internal int MaxNameLength { get; init; } = MostNameLength;

    /// <summary>The directory whose entries are visited.</summary>
    protected VirtualPath Current { get; private set; }

    /// <summary>Visits everything below a directory; a tree that is too large is <see cref="StorageError.LimitReached"/>.</summary>
    protected async ValueTask<StorageError> RunAsync(VirtualPath top, CancellationToken ct)
    {
        Current = top;
        int depth = 0;
        StorageError error = await ReadAsync(depth, ct).ConfigureAwait(false);
        while (error == StorageError.None && _waiting.TryPop(out (string Name, int Depth) next))
        {
            // What came after it was below its siblings, so its parent is at or above where the walk is.
            for (; depth >= next.Depth; depth--)
            {
                Current = Current.Parent;
                Leave();
            }

            _nameLength -= next.Name.Length;
            if (!Current.TryCombine(next.Name, out VirtualPath below) || !TryEnter(next.Name))
            {
                return StorageError.NameTooLong;
            }

            Current = below;
            depth = next.Depth;
            error = await ReadAsync(depth, ct).ConfigureAwait(false);
        }

        return error;
    }

    /// <summary>Looks at an entry of <see cref="Current"/>; an error ends the walk.</summary>
    protected abstract StorageError Visit(in DirectoryEntry entry);

    /// <summary>Goes down to an entry of the directory; false if a path becomes too long.</summary>
    protected virtual bool TryEnter(string name) => true;

    /// <summary>Goes up to the directory above.</summary>
    protected virtual void Leave()
    {
    }

    private async ValueTask<StorageError> ReadAsync(int depth, CancellationToken ct)
    {
        StorageResult<IDirectoryReader> opened = await files.OpenDirectoryAsync(Current, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        IDirectoryReader reader = opened.Value;
        await using (reader.ConfigureAwait(false))
        {
            while (!ct.IsCancellationRequested)
            {
                _entries.Clear();
                StorageResult<int> read = await reader.ReadAsync(_entries, EntriesPerRead, ct).ConfigureAwait(false);
                StorageError error = read.IsSuccess ? VisitAll(depth) : read.Error;
                if (error != StorageError.None || read.Value == 0)
                {
                    return error;
                }
            }
        }

        return StorageError.Cancelled;
    }

    private StorageError VisitAll(int depth)
    {
        foreach (DirectoryEntry entry in _entries)
        {
            StorageError error = ++_visited > mostEntries ? StorageError.LimitReached : Visit(entry);
            if (error != StorageError.None)
            {
                return error;
            }

            if (entry.Attributes.Type == EntryType.Directory)
            {
                _nameLength += entry.Name.Length;
                if (_nameLength > MaxNameLength)
                {
                    return StorageError.LimitReached;
                }

                _waiting.Push((entry.Name, depth + 1));
            }
        }

        return StorageError.None;
    }
}
