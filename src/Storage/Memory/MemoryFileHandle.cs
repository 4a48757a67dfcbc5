namespace Hpc.Storage.Memory;

/// <summary>An open file; made with the volume's lock held.</summary>
internal sealed class MemoryFileHandle : IFileHandle
{
    // Bytes that are copied with the lock held at a time.
    private const int CopyPiece = 64 * 1024;

    private readonly MemoryFile _file;
    private readonly OpenFlags _flags;
    private bool _isClosed;

    public MemoryFileHandle(MemoryFile file, OpenFlags flags)
    {
        _file = file;
        _flags = flags;
        file.Open();
    }

    private bool Appends => _flags.HasFlag(OpenFlags.Append);

    public bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result)
    {
        result = Read(offset, segments);
        return true;
    }

    public bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result, out bool isAtEnd)
    {
        result = Read(offset, segments);
        isAtEnd = result.IsSuccess && (result.Value == 0 || result.Value < PinnedSegment.TotalLength(segments));
        return true;
    }

    public ValueTask<StorageResult<int>> ReadAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct) =>
        ct.IsCancellationRequested ? Cancelled<int>() : ValueTask.FromResult(Read(offset, segments.Span));

    public bool TryWrite(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result)
    {
        int written = Write(offset, segments, out StorageError error);
        result = error == StorageError.None || written > 0 ? written : error;
        return true;
    }

    public ValueTask<StorageResult<int>> WriteAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return Cancelled<int>();
        }

        int written = Write(offset, segments.Span, out StorageError error);
        return ValueTask.FromResult<StorageResult<int>>(error == StorageError.None ? written : error);
    }

    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(CancellationToken ct) =>
        Run<EntryAttributes>(() => _file.Attributes, ct);

    public ValueTask<StorageResult> SetAttributesAsync(AttributeChanges changes, CancellationToken ct) =>
        Run(() =>
            {
                StorageResult resized = changes.Size switch
                {
                    null => StorageResult.Success,
                    < 0 => StorageError.InvalidArgument,
                    { } size => _flags.HasFlag(OpenFlags.Write) ? _file.Resize(size) : StorageError.AccessDenied,
                };
                StorageResult changed = _file.Set(changes);
                return resized.IsSuccess ? changed : resized;
            },
            ct);

    /// <summary>There is nothing more durable than the memory.</summary>
    public ValueTask<StorageResult> SyncAsync(CancellationToken ct) => Run(() => StorageResult.Success, ct);

    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(CancellationToken ct) => Run<SpaceInfo>(() => _file.Volume.Space, ct);

    public async ValueTask<StorageResult<long>> CopyToAsync(long offset, IFileHandle target, long targetOffset, long length, CancellationToken ct)
    {
        if (target is not MemoryFileHandle other || !ReferenceEquals(other._file.Volume, _file.Volume) || other.Appends)
        {
            return StorageError.NotSupported;
        }

        if (offset < 0 || targetOffset < 0 || length < 0)
        {
            return StorageError.InvalidArgument;
        }

        // copy_file_range(2) takes no ranges of one file that overlap.
        if (ReferenceEquals(other._file, _file) && Math.Abs(offset - targetOffset) < length)
        {
            return StorageError.NotSupported;
        }

        byte[] piece = new byte[CopyPiece];
        long copied = 0;
        while (copied < length)
        {
            int wanted = (int)Math.Min(length - copied, CopyPiece);
            StorageResult<int> moved = await Run(() => CopyPieceTo(other, offset + copied, targetOffset + copied, piece.AsSpan(0, wanted)), ct).ConfigureAwait(false);
            if (!moved.IsSuccess)
            {
                return moved.Error;
            }

            copied += moved.Value;
            if (moved.Value < wanted)
            {
                break;
            }
        }

        return copied;
    }

    public ValueTask<StorageResult<int>> GetMetadataAsync(string name, Memory<byte> value, CancellationToken ct) =>
        Run(() => MetadataName.IsValid(name) ? _file.GetMetadata(name, value.Span) : StorageError.InvalidArgument, ct);

    public ValueTask<StorageResult> SetMetadataAsync(string name, ReadOnlyMemory<byte> value, CancellationToken ct) =>
        Run(() => MetadataName.IsValid(name) && value.Length <= MetadataName.MaxValueLength
                ? _file.SetMetadata(name, value.Span)
                : StorageError.InvalidArgument,
            ct);

    public ValueTask<StorageResult> CloseAsync()
    {
        lock (_file.Volume.Gate)
        {
            if (!_isClosed)
            {
                _isClosed = true;
                _file.Close();
            }
        }

        return ValueTask.FromResult(StorageResult.Success);
    }

    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    private static ValueTask<StorageResult<T>> Cancelled<T>() => ValueTask.FromResult<StorageResult<T>>(StorageError.Cancelled);

    private StorageResult<int> Read(long offset, ReadOnlySpan<PinnedSegment> segments)
    {
        if (offset < 0)
        {
            return StorageError.InvalidArgument;
        }

        lock (_file.Volume.Gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (!_flags.HasFlag(OpenFlags.Read))
            {
                return StorageError.AccessDenied;
            }

            int total = 0;
            foreach (PinnedSegment segment in segments)
            {
                total += _file.Content.Read(offset + total, segment.Span);
            }

            return total;
        }
    }

    private int Write(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageError error)
    {
        lock (_file.Volume.Gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            error = !Appends && offset < 0 ? StorageError.InvalidArgument
                : !_flags.HasFlag(OpenFlags.Write) ? StorageError.AccessDenied
                : StorageError.None;
            int total = 0;
            for (int i = 0; i < segments.Length && error == StorageError.None; i++)
            {
                total += _file.Write(Appends ? _file.Size : offset + total, segments[i].Span, out error);
            }

            return total;
        }
    }

    // Both files are of one volume, so one lock guards both.
    private StorageResult<int> CopyPieceTo(MemoryFileHandle target, long offset, long targetOffset, Span<byte> piece)
    {
        ObjectDisposedException.ThrowIf(target._isClosed, target);
        if (!_flags.HasFlag(OpenFlags.Read) || !target._flags.HasFlag(OpenFlags.Write))
        {
            return StorageError.AccessDenied;
        }

        int read = _file.Content.Read(offset, piece);
        target._file.Write(targetOffset, piece[..read], out StorageError error);
        return error == StorageError.None ? read : error;
    }

    private ValueTask<StorageResult> Run(Func<StorageResult> operation, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return ValueTask.FromResult<StorageResult>(StorageError.Cancelled);
        }

        lock (_file.Volume.Gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return ValueTask.FromResult(operation());
        }
    }

    private ValueTask<StorageResult<T>> Run<T>(Func<StorageResult<T>> operation, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return Cancelled<T>();
        }

        lock (_file.Volume.Gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return ValueTask.FromResult(operation());
        }
    }
}
