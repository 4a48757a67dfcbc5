namespace Hpc.Storage.Memory;

/// <summary>Reads the names that a directory had when it was opened, with the attributes that they have when they are read.</summary>
internal sealed class MemoryDirectoryReader(MemoryDirectory directory) : IDirectoryStream
{
    // Made with the lock held, as the reader is; the volume bounds it.
    private readonly string[] _names = directory.Names();
    private int _position;

    public ValueTask<StorageResult<int>> ReadAsync(ICollection<DirectoryEntry> entries, int limit, CancellationToken ct)
    {
        if (limit < 1 || ct.IsCancellationRequested)
        {
            return ValueTask.FromResult<StorageResult<int>>(limit < 1 ? StorageError.InvalidArgument : StorageError.Cancelled);
        }

        int added = 0;
        lock (directory.Volume.Gate)
        {
            for (; added < limit && _position < _names.Length; _position++)
            {
                if (directory.Find(_names[_position]) is { } node)
                {
                    entries.Add(new DirectoryEntry(_names[_position], node.Attributes));
                    added++;
                }
            }
        }

        return ValueTask.FromResult<StorageResult<int>>(added);
    }

    public ValueTask<StorageResult<bool>> StreamAsync(IDirectoryEntrySink sink, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return ValueTask.FromResult<StorageResult<bool>>(StorageError.Cancelled);
        }

        Span<byte> name = stackalloc byte[MemoryWalk.MaxNameLength];
        for (; _position < _names.Length; _position++)
        {
            // Attributes are taken with the lock held, the sink is called without it.
            if (Attributes(_names[_position]) is { } attributes
                && !sink.TryAdd(name[..PathText.Write(_names[_position], name)], attributes))
            {
                return ValueTask.FromResult<StorageResult<bool>>(false);
            }
        }

        return ValueTask.FromResult<StorageResult<bool>>(true);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private EntryAttributes? Attributes(string name)
    {
        lock (directory.Volume.Gate)
        {
            return directory.Find(name)?.Attributes;
        }
    }
}
