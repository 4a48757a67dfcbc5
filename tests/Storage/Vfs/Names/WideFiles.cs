namespace Hpc.Storage.Tests.Vfs.Names;

/// <summary>Many empty directories in every directory that is less deep than some, counted as they are opened.</summary>
internal sealed class WideFiles(int width, int depth = 1) : BrokenFiles, IFileSystem
{
    private int _top = -1;

    public int Opened { get; private set; }

    /// <summary>Most bytes that were reachable when a directory below the first was opened, of those that were looked at.</summary>
    public long PeakBytes { get; private set; }

    public bool Measures { get; init; }

    /// <summary>What names begin with; a number follows.</summary>
    public string Prefix { get; init; } = "d";

    public List<VirtualPath> Paths { get; } = [];

    ValueTask<StorageResult<IDirectoryReader>> IFileSystem.OpenDirectoryAsync(VirtualPath path, CancellationToken ct)
    {
        int below = DepthOf(path);
        _top = _top < 0 ? below : _top;
        if (!Measures)
        {
            Paths.Add(path);
        }

        if (Opened++ == 1 && Measures)
        {
            PeakBytes = GC.GetTotalMemory(forceFullCollection: true);
        }

        IDirectoryReader reader = new Reader(Prefix, below - _top < depth ? width : 0);
        return ValueTask.FromResult(StorageResult<IDirectoryReader>.FromValue(reader));
    }

    private static int DepthOf(VirtualPath path)
    {
        int depth = 0;
        foreach (ReadOnlySpan<char> _ in path.Segments)
        {
            depth++;
        }

        return depth;
    }

    private sealed class Reader(string prefix, int left) : IDirectoryReader
    {
        private int _left = left;

        public ValueTask<StorageResult<int>> ReadAsync(ICollection<DirectoryEntry> taken, int limit, CancellationToken ct)
        {
            int count = Math.Min(limit, _left);
            for (int i = 0; i < count; i++)
            {
                taken.Add(new DirectoryEntry($"{prefix}{_left--}", new EntryAttributes { Type = EntryType.Directory }));
            }

            return ValueTask.FromResult<StorageResult<int>>(count);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
