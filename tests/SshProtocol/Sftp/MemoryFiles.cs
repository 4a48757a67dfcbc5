using System.Collections.Concurrent;
using Hpc.Storage;

namespace Hpc.SshProtocol.Tests.Sftp;

/// <summary>How a file of <see cref="MemoryFiles"/> behaves; probabilities in percent.</summary>
internal sealed class Behaviour(int seed)
{
    private readonly Random _random = new(seed);

    public int NotNow { get; set; }

    public int Short { get; set; }

    public int FromOtherThread { get; set; } = 100;

    public StorageError WriteError { get; set; }

    /// <summary>Writes at or beyond this offset fail with <see cref="WriteError"/>.</summary>
    public long WriteErrorFrom { get; set; } = long.MaxValue;

    /// <summary>On a worker the segments that end before <see cref="WriteErrorFrom"/> are written, and the rest is left to the next attempt.</summary>
    public bool WritesWhatFits { get; set; }

    /// <summary>Reads of more than this in one call are <see cref="StorageError.QuotaExceeded"/>.</summary>
    public long MostRead { get; set; } = long.MaxValue;

    public StorageError ReadError { get; set; }

    public StorageError CloseError { get; set; }

    public Exception? Fault { get; set; }

    /// <summary>What storage knows of every file without reading it.</summary>
    public byte[]? StoredSha256 { get; set; }

    /// <summary>What becomes of copies that the storage is asked for.</summary>
    public StorageError CopyError { get; set; } = StorageError.NotSupported;

    /// <summary>What keeps reads and writes to a limit of speed.</summary>
    public FakePace? Pace { get; set; }

    public bool Chance(int percent)
    {
        lock (_random)
        {
            return percent > 0 && _random.Next(100) < percent;
        }
    }

    public int Next(int limit)
    {
        lock (_random)
        {
            return _random.Next(limit);
        }
    }
}

/// <summary>Files in memory, in one directory, as slow and as stingy as asked.</summary>
internal sealed class MemoryFiles(Behaviour behaviour) : IFileSystem
{
    public Dictionary<string, MemoryFile> Files { get; } = [];

    public int OpenCount;

    public int ActiveOperations;

    public int MostActiveOperations;

    /// <summary>Reads and writes that count as transfers, as opposed to those through <see cref="IFileHandle.WithoutTransfer"/>.</summary>
    public int Transfers;

    /// <summary>Calls that gave bytes of a file.</summary>
    public int Reads;

    /// <summary>Bytes that reads gave and that were not taken back.</summary>
    public long BytesRead;

    /// <summary>How each file ended: <c>closed /name</c>, or <c>given up /name</c> where it was disposed without being closed.</summary>
    public ConcurrentQueue<string> Ends { get; } = new();

    public long? UploadRate => behaviour.Pace?.Rate;

    public FileSystemCapabilities Capabilities => FileSystemCapabilities.RangeWrites;

    public async ValueTask<StorageResult<IFileHandle>> OpenFileAsync(VirtualPath path, OpenFlags flags, uint? permissions, CancellationToken ct)
    {
        if (behaviour.Chance(behaviour.NotNow))
        {
            await Task.Yield();
        }

        if (!Files.TryGetValue(path.ToString(), out MemoryFile? file))
        {
            if (!flags.HasFlag(OpenFlags.Create))
            {
                return StorageError.NotFound;
            }

            Files[path.ToString()] = file = new MemoryFile();
        }

        Interlocked.Increment(ref OpenCount);
        return new Handle(this, file, behaviour, flags.HasFlag(OpenFlags.Append), path.ToString());
    }

    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(VirtualPath path, CancellationToken ct) =>
        new(Files.TryGetValue(path.ToString(), out MemoryFile? file) ? new EntryAttributes { Size = file.Length, Mode = 0x81A4 } : StorageError.NotFound);

    public ValueTask<StorageResult<EntryAttributes>> GetLinkAttributesAsync(VirtualPath path, CancellationToken ct) => GetAttributesAsync(path, ct);

    public ValueTask<StorageResult<IDirectoryReader>> OpenDirectoryAsync(VirtualPath path, CancellationToken ct)
    {
        Interlocked.Increment(ref OpenCount);
        return new(new DirectoryReader(this));
    }

    public ValueTask<StorageResult> SetAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) => new(StorageError.NotSupported);

    public ValueTask<StorageResult> SetLinkAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) => new(StorageError.NotSupported);

    public ValueTask<StorageResult> CreateDirectoryAsync(VirtualPath path, uint? permissions, CancellationToken ct) => new(StorageError.NotSupported);

    public ValueTask<StorageResult> DeleteDirectoryAsync(VirtualPath path, CancellationToken ct) => new(StorageError.NotSupported);

    public ValueTask<StorageResult> DeleteFileAsync(VirtualPath path, CancellationToken ct) => throw new InvalidOperationException("a fault");

    public ValueTask<StorageResult> RenameAsync(VirtualPath from, VirtualPath to, RenameMode mode, CancellationToken ct) => new(StorageError.CrossDevice);

    public ValueTask<StorageResult<long>> CopyFileAsync(VirtualPath from, VirtualPath to, RenameMode mode, CancellationToken ct)
    {
        if (mode == RenameMode.NoReplace && Files.ContainsKey(to.ToString()))
        {
            return new(StorageError.AlreadyExists);
        }

        Files[to.ToString()] = new MemoryFile { Content = Files[from.ToString()].Content };
        return new(Files[to.ToString()].Length);
    }

    public ValueTask<StorageResult> CreateSymbolicLinkAsync(VirtualPath link, string target, CancellationToken ct) => new(StorageError.NotSupported);

    public ValueTask<StorageResult<string>> ReadSymbolicLinkAsync(VirtualPath link, CancellationToken ct) => new(StorageError.NotSupported);

    public ValueTask<StorageResult> CreateHardLinkAsync(VirtualPath existing, VirtualPath link, CancellationToken ct) => new(StorageError.NotSupported);

    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(VirtualPath path, CancellationToken ct) =>
        new(new SpaceInfo { BlockSize = 4096, FragmentSize = 4096, TotalBlocks = 100, FreeBlocks = 40, AvailableBlocks = 30, MaxNameLength = 255 });

    public ValueTask<StorageResult<VirtualPath>> ResolveAsync(VirtualPath path, CancellationToken ct) => new(path);

    private sealed class DirectoryReader(MemoryFiles files) : IDirectoryReader
    {
        private readonly Queue<string> _names = new(files.Files.Keys.Order(StringComparer.Ordinal));

        public ValueTask<StorageResult<int>> ReadAsync(ICollection<DirectoryEntry> entries, int limit, CancellationToken ct)
        {
            int count = 0;
            while (count < limit && _names.TryDequeue(out string? name))
            {
                entries.Add(new DirectoryEntry(name[1..], new EntryAttributes { Mode = 0x81A4, LinkCount = 1 }));
                count++;
            }

            return new(count);
        }

        public ValueTask DisposeAsync()
        {
            Interlocked.Decrement(ref files.OpenCount);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Handle(MemoryFiles files, MemoryFile file, Behaviour behaviour, bool appends, string name) : IFileHandle
    {
        private bool _isTransfer = true;
        private int _closed;

        public IFileHandle WithoutTransfer => new Handle(files, file, behaviour, appends, name) { _isTransfer = false };

        public ValueTask<StorageResult<ReadOnlyMemory<byte>>> GetStoredSha256Async(CancellationToken ct) =>
            new(behaviour.StoredSha256 is { } stored ? (ReadOnlyMemory<byte>)stored : StorageError.NotFound);

        public ValueTask<StorageResult<long>> CopyToAsync(long offset, IFileHandle target, long targetOffset, long length, CancellationToken ct) =>
            new(behaviour.CopyError);

        public bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result)
        {
            result = default;
            if (behaviour.Chance(behaviour.NotNow))
            {
                return false;
            }

            if (behaviour.ReadError != StorageError.None)
            {
                result = behaviour.ReadError;
                return true;
            }

            long wanted = PinnedSegment.TotalLength(segments);
            if (wanted > 1 && behaviour.Chance(behaviour.Short))
            {
                wanted = 1 + behaviour.Next((int)wanted);
            }

            if (behaviour.Pace is { } pace && !pace.TryTake(wanted))
            {
                return false;
            }

            result = Count(file.Read(offset, segments, wanted));
            return true;
        }

        public void TakeBackRead(int bytes) => Interlocked.Add(ref files.BytesRead, -bytes);

        public async ValueTask<StorageResult<int>> ReadAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct)
        {
            if (!await TakeAsync(PinnedSegment.TotalLength(segments.Span), ct))
            {
                return StorageError.Cancelled;
            }

            await LeaveAsync();
            return behaviour.ReadError != StorageError.None ? behaviour.ReadError
                : PinnedSegment.TotalLength(segments.Span) > behaviour.MostRead ? StorageError.QuotaExceeded
                : Count(file.Read(offset, segments.Span, PinnedSegment.TotalLength(segments.Span)));
        }

        public IFilePace? ReadPace => behaviour.Pace;

        public IFilePace? WritePace => behaviour.Pace;

        private async ValueTask<bool> TakeAsync(long bytes, CancellationToken ct)
        {
            while (behaviour.Pace is { } pace && !pace.TryTake(bytes))
            {
                if (!await pace.WaitAsync((int)bytes, ct))
                {
                    return false;
                }
            }

            return true;
        }

        private int Count(int bytes)
        {
            Interlocked.Increment(ref files.Reads);
            Interlocked.Add(ref files.BytesRead, bytes);
            return bytes;
        }

        public bool TryWrite(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result)
        {
            result = default;
            if (behaviour.Chance(behaviour.NotNow))
            {
                return false;
            }

            long wanted = PinnedSegment.TotalLength(segments);
            if (wanted > 1 && behaviour.Chance(behaviour.Short))
            {
                wanted = 1 + behaviour.Next((int)wanted);
            }

            if (behaviour.Pace is { } pace && !pace.TryTake(wanted))
            {
                return false;
            }

            result = Write(offset, segments, wanted);
            return true;
        }

        public async ValueTask<StorageResult<int>> WriteAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct)
        {
            long total = PinnedSegment.TotalLength(segments.Span);
            if (!await TakeAsync(total, ct))
            {
                return StorageError.Cancelled;
            }

            await LeaveAsync();
            while (behaviour.WritesWhatFits && segments.Length > 1 && offset + total > behaviour.WriteErrorFrom)
            {
                total -= segments.Span[^1].Length;
                segments = segments[..^1];
            }

            if (offset + total > behaviour.WriteErrorFrom)
            {
                return behaviour.WriteError;
            }

            return Write(offset, segments.Span, total);
        }

        public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(CancellationToken ct) =>
            new(new EntryAttributes { Size = file.Length, Mode = 0x81A4 });

        public ValueTask<StorageResult> SetAttributesAsync(AttributeChanges changes, CancellationToken ct) => new(StorageError.NotSupported);

        public ValueTask<StorageResult> SyncAsync(CancellationToken ct) => new(StorageResult.Success);

        public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(CancellationToken ct) => files.GetSpaceAsync(default, ct);

        public ValueTask<StorageResult> CloseAsync()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                files.Ends.Enqueue("closed " + name);
                Interlocked.Decrement(ref files.OpenCount);
            }

            return new(behaviour.CloseError);
        }

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                files.Ends.Enqueue("given up " + name);
                Interlocked.Decrement(ref files.OpenCount);
            }

            return ValueTask.CompletedTask;
        }

        private StorageResult<int> Write(long offset, ReadOnlySpan<PinnedSegment> segments, long wanted)
        {
            if (offset >= behaviour.WriteErrorFrom)
            {
                return behaviour.WriteError;
            }

            return file.Write(appends ? file.Length : offset, segments, Math.Min(wanted, behaviour.WriteErrorFrom - offset));
        }

        private async ValueTask LeaveAsync()
        {
            int active = Interlocked.Increment(ref files.ActiveOperations);
            files.Transfers += _isTransfer ? 1 : 0;
            files.MostActiveOperations = Math.Max(files.MostActiveOperations, active);
            if (behaviour.Chance(behaviour.FromOtherThread))
            {
                await Task.Yield();
            }

            Interlocked.Decrement(ref files.ActiveOperations);
            if (behaviour.Fault is { } fault)
            {
                throw fault;
            }
        }
    }
}

internal sealed class MemoryFile
{
    private byte[] _content = [];

    public long Length { get; private set; }

    public int Writes { get; private set; }

    public byte[] Content
    {
        get => _content[..(int)Length];
        set
        {
            _content = value;
            Length = value.Length;
        }
    }

    public int Read(long offset, ReadOnlySpan<PinnedSegment> segments, long wanted)
    {
        int read = 0;
        foreach (PinnedSegment segment in segments)
        {
            int count = (int)Math.Min(Math.Min(segment.Length, wanted - read), Math.Max(0, Length - offset - read));
            _content.AsSpan((int)Math.Min(offset + read, Length), count).CopyTo(segment.Span);
            read += count;
        }

        return read;
    }

    public int Write(long offset, ReadOnlySpan<PinnedSegment> segments, long wanted)
    {
        Writes++;
        long end = offset + wanted;
        if (end > _content.Length)
        {
            Array.Resize(ref _content, (int)Math.Max(end, _content.Length * 2));
        }

        int written = 0;
        foreach (PinnedSegment segment in segments)
        {
            int count = (int)Math.Min(segment.Length, wanted - written);
            segment.Span[..count].CopyTo(_content.AsSpan((int)offset + written));
            written += count;
        }

        Length = Math.Max(Length, end);
        return written;
    }
}
