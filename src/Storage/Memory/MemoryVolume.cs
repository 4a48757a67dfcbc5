namespace Hpc.Storage.Memory;

/// <summary>What a file system holds in all. Everything in it, and every node, is touched with <see cref="Gate"/> held.</summary>
internal sealed class MemoryVolume
{
    // Volumes of one process are told apart by this; a device of the machine never has the top bit.
    private static ulong s_lastId = 1UL << 63;

    private readonly MemoryFileSystemOptions _options;
    private readonly long _totalBlocks;
    private long _usedBlocks;
    private int _entries;
    private ulong _lastNumber;

    public MemoryVolume(MemoryFileSystemOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Capacity);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxEntries);
        _options = options;
        _totalBlocks = options.Capacity / MemoryContent.BlockLength;
        Id = Interlocked.Increment(ref s_lastId);
        Root = new MemoryDirectory(this, MemoryMode.DefaultDirectory & ~options.Umask);
    }

    public Lock Gate { get; } = new();

    public ulong Id { get; }

    public MemoryDirectory Root { get; }

    public uint Umask => _options.Umask;

    public uint OwnerId => _options.OwnerId;

    public uint GroupId => _options.GroupId;

    public FileTime Now
    {
        get
        {
            long ticks = (_options.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks;
            (long seconds, long rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
            return rest < 0 ? new(seconds - 1, (int)(rest + TimeSpan.TicksPerSecond) * 100) : new(seconds, (int)rest * 100);
        }
    }

    public SpaceInfo Space => new()
    {
        BlockSize = MemoryContent.BlockLength,
        FragmentSize = MemoryContent.BlockLength,
        TotalBlocks = (ulong)_totalBlocks,
        FreeBlocks = (ulong)(_totalBlocks - _usedBlocks),
        AvailableBlocks = (ulong)(_totalBlocks - _usedBlocks),
        TotalFiles = (ulong)_options.MaxEntries,
        FreeFiles = (ulong)(_options.MaxEntries - _entries),
        AvailableFiles = (ulong)(_options.MaxEntries - _entries),
        FileSystemId = Id,
        MaxNameLength = MemoryWalk.MaxNameLength,
    };

    public ulong NextNumber() => ++_lastNumber;

    public bool TryTakeBlock()
    {
        bool fits = _usedBlocks < _totalBlocks;
        _usedBlocks += fits ? 1 : 0;
        return fits;
    }

    public void ReturnBlocks(long count) => _usedBlocks -= count;

    public bool TryTakeEntry()
    {
        bool fits = _entries < _options.MaxEntries;
        _entries += fits ? 1 : 0;
        return fits;
    }

    public void ReturnEntry() => _entries--;
}
