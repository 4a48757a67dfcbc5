namespace Hpc.Storage.Memory;

/// <summary>A regular file. Its content stays while it has a name or is open.</summary>
internal sealed class MemoryFile(MemoryVolume volume, uint permissions) : MemoryNode(volume, permissions)
{
    private const int MaxMetadata = 16;

    private readonly Dictionary<string, byte[]> _metadata = new(StringComparer.Ordinal);
    private int _handles;

    public MemoryContent Content { get; } = new(volume);

    public override EntryType Type => EntryType.File;

    public override long Size => Content.Length;

    protected override uint TypeBits => MemoryMode.Regular;

    public void Open() => _handles++;

    public void Close()
    {
        _handles--;
        ReleaseIfUnused();
    }

    public override void ReleaseIfUnused()
    {
        if (LinkCount == 0 && _handles == 0)
        {
            Content.SetLength(0);
        }
    }

    public StorageResult Resize(long length)
    {
        if (length < 0)
        {
            return StorageError.InvalidArgument;
        }

        if (length > MemoryContent.MaxLength)
        {
            return StorageError.TooLarge;
        }

        Content.SetLength(length);
        ModificationTime = Volume.Now;
        return StorageResult.Success;
    }

    /// <summary>Writes what fits; the error is that of the first byte that did not.</summary>
    public int Write(long offset, ReadOnlySpan<byte> bytes, out StorageError error)
    {
        int written = Content.Write(offset, bytes, out error);
        if (written > 0)
        {
            ModificationTime = Volume.Now;
        }

        return written;
    }

    public StorageResult<int> GetMetadata(string name, Span<byte> value)
    {
        if (!_metadata.TryGetValue(name, out byte[]? stored))
        {
            return StorageError.NotFound;
        }

        return stored.AsSpan().TryCopyTo(value) ? stored.Length : StorageError.InvalidArgument;
    }

    public StorageResult SetMetadata(string name, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            _metadata.Remove(name);
            return StorageResult.Success;
        }

        if (_metadata.Count >= MaxMetadata && !_metadata.ContainsKey(name))
        {
            return StorageError.NoSpace;
        }

        _metadata[name] = value.ToArray();
        return StorageResult.Success;
    }
}
