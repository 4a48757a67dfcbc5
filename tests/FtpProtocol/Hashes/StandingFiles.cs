using Hpc.Storage;
using Hpc.Storage.Memory;

namespace Hpc.FtpProtocol.Tests.Hashes;

/// <summary>Files whose reads can be made to wait until they are cancelled, and whose closing until somebody says so.</summary>
internal sealed class StandingFiles : IFileSystem, IDisposable
{
    private readonly MemoryFileSystem _inner = new();
    private int _closing;

    public bool StandsStill { get; set; }

    /// <summary>What closing waits for; null for nothing.</summary>
    public Task? ClosesAfter { get; set; }

    /// <summary>Files whose closing has begun.</summary>
    public int Closing => Volatile.Read(ref _closing);

    public FileSystemCapabilities Capabilities => _inner.Capabilities;

    public async ValueTask<StorageResult<IFileHandle>> OpenFileAsync(VirtualPath path, OpenFlags flags, uint? permissions, CancellationToken ct)
    {
        StorageResult<IFileHandle> opened = await _inner.OpenFileAsync(path, flags, permissions, ct);
        return (StandsStill || ClosesAfter is not null) && opened.IsSuccess ? new StandingFile(opened.Value, this) : opened;
    }

    public ValueTask<StorageResult<IDirectoryReader>> OpenDirectoryAsync(VirtualPath path, CancellationToken ct) => _inner.OpenDirectoryAsync(path, ct);

    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(VirtualPath path, CancellationToken ct) => _inner.GetAttributesAsync(path, ct);

    public ValueTask<StorageResult<EntryAttributes>> GetLinkAttributesAsync(VirtualPath path, CancellationToken ct) => _inner.GetLinkAttributesAsync(path, ct);

    public ValueTask<StorageResult> SetAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) => _inner.SetAttributesAsync(path, changes, ct);

    public ValueTask<StorageResult> SetLinkAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) => _inner.SetLinkAttributesAsync(path, changes, ct);

    public ValueTask<StorageResult> CreateDirectoryAsync(VirtualPath path, uint? permissions, CancellationToken ct) => _inner.CreateDirectoryAsync(path, permissions, ct);

    public ValueTask<StorageResult> DeleteDirectoryAsync(VirtualPath path, CancellationToken ct) => _inner.DeleteDirectoryAsync(path, ct);

    public ValueTask<StorageResult> DeleteFileAsync(VirtualPath path, CancellationToken ct) => _inner.DeleteFileAsync(path, ct);

    public ValueTask<StorageResult> RenameAsync(VirtualPath from, VirtualPath to, RenameMode mode, CancellationToken ct) => _inner.RenameAsync(from, to, mode, ct);

    public ValueTask<StorageResult> CreateSymbolicLinkAsync(VirtualPath link, string target, CancellationToken ct) => _inner.CreateSymbolicLinkAsync(link, target, ct);

    public ValueTask<StorageResult<string>> ReadSymbolicLinkAsync(VirtualPath link, CancellationToken ct) => _inner.ReadSymbolicLinkAsync(link, ct);

    public ValueTask<StorageResult> CreateHardLinkAsync(VirtualPath existing, VirtualPath link, CancellationToken ct) => _inner.CreateHardLinkAsync(existing, link, ct);

    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(VirtualPath path, CancellationToken ct) => _inner.GetSpaceAsync(path, ct);

    public ValueTask<StorageResult<VirtualPath>> ResolveAsync(VirtualPath path, CancellationToken ct) => _inner.ResolveAsync(path, ct);

    public void Dispose() => _inner.Dispose();

    private sealed class StandingFile(IFileHandle inner, StandingFiles files) : IFileHandle
    {
        public bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result)
        {
            result = default;
            return false;
        }

        public async ValueTask<StorageResult<int>> ReadAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct)
        {
            await Task.Delay(Timeout.Infinite, ct).ContinueWith(static _ => { }, TaskScheduler.Default);
            return StorageError.Cancelled;
        }

        public bool TryWrite(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result) => inner.TryWrite(offset, segments, out result);

        public ValueTask<StorageResult<int>> WriteAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct) => inner.WriteAsync(offset, segments, ct);

        public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(CancellationToken ct) => inner.GetAttributesAsync(ct);

        public ValueTask<StorageResult> SetAttributesAsync(AttributeChanges changes, CancellationToken ct) => inner.SetAttributesAsync(changes, ct);

        public ValueTask<StorageResult> SyncAsync(CancellationToken ct) => inner.SyncAsync(ct);

        public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(CancellationToken ct) => inner.GetSpaceAsync(ct);

        public async ValueTask<StorageResult> CloseAsync()
        {
            Interlocked.Increment(ref files._closing);
            await (files.ClosesAfter ?? Task.CompletedTask);
            return await inner.CloseAsync();
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
