namespace Hpc.Storage.Vfs;

/// <summary>An open file of a user who may not change all of its attributes.</summary>
internal sealed class UserFileHandle : IFileHandle
{
    private readonly IFileHandle _file;
    private readonly Permission _held;

    private UserFileHandle(IFileHandle file, Permission held)
    {
        _file = file;
        _held = held;
    }

    /// <summary>The file itself where there is nothing to guard, so that the way of the bytes stays short.</summary>
    public static IFileHandle Guard(IFileHandle file, Permission held)
    {
        bool mayChangeAll = held.Allows(FileOperation.ChangeMode) && held.Allows(FileOperation.ChangeOwner) && held.Allows(FileOperation.ChangeTimes);
        return mayChangeAll ? file : new UserFileHandle(file, held);
    }

    public bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result) =>
        _file.TryRead(offset, segments, out result);

    public bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result, out bool isAtEnd) =>
        _file.TryRead(offset, segments, out result, out isAtEnd);

    public ValueTask<StorageResult<int>> ReadAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct) =>
        _file.ReadAsync(offset, segments, ct);

    public bool TryWrite(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result) =>
        _file.TryWrite(offset, segments, out result);

    public ValueTask<StorageResult<int>> WriteAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct) =>
        _file.WriteAsync(offset, segments, ct);

    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(CancellationToken ct) => _file.GetAttributesAsync(ct);

    public ValueTask<StorageResult> SetAttributesAsync(AttributeChanges changes, CancellationToken ct) =>
        _held.AllowsOnOpenFile(changes)
            ? _file.SetAttributesAsync(changes, ct)
            : ValueTask.FromResult<StorageResult>(StorageError.AccessDenied);

    public ValueTask<StorageResult> SyncAsync(CancellationToken ct) => _file.SyncAsync(ct);

    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(CancellationToken ct) => _file.GetSpaceAsync(ct);

    public ValueTask<StorageResult> CloseAsync() => _file.CloseAsync();

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
