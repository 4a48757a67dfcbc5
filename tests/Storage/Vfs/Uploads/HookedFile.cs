using Hpc.Storage.Tests.Support;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>A file whose reads and writes wait for a test, or end as it says.</summary>
internal sealed class HookedFile(IFileHandle file) : IFileHandle
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A read or write has begun.</summary>
    public Task Begun => _begun.Task;

    /// <summary>What reads and writes wait for.</summary>
    public Task Released { get; init; } = Task.CompletedTask;

    /// <summary>What writes end with; of one that fails the first byte is written.</summary>
    public StorageError Failure { get; set; }

    public bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result)
    {
        result = default;
        return false;
    }

    public async ValueTask<StorageResult<int>> ReadAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct)
    {
        _begun.TrySetResult();
        await Released;
        return await file.ReadAsync(offset, segments, ct);
    }

    public bool TryWrite(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result)
    {
        result = Failure;
        return Failure != StorageError.None;
    }

    public async ValueTask<StorageResult<int>> WriteAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct)
    {
        _begun.TrySetResult();
        await Released;
        if (Failure == StorageError.None)
        {
            return await file.WriteAsync(offset, segments, ct);
        }

        using var first = new PinnedBytes(new byte[1]);
        await file.WriteAsync(offset, first.Segments(), ct);
        return Failure;
    }

    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(CancellationToken ct) => file.GetAttributesAsync(ct);

    public ValueTask<StorageResult> SetAttributesAsync(AttributeChanges changes, CancellationToken ct) => file.SetAttributesAsync(changes, ct);

    public ValueTask<StorageResult> SyncAsync(CancellationToken ct) => file.SyncAsync(ct);

    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(CancellationToken ct) => file.GetSpaceAsync(ct);

    public ValueTask<StorageResult> CloseAsync() => file.CloseAsync();

    public ValueTask DisposeAsync() => file.DisposeAsync();
}
