using System.Reflection;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>Tells every call that comes to a backend whose files take everything at once.</summary>
public class RecordingFiles : DispatchProxy
{
    public List<string> Calls { get; } = [];

    public static (IFileSystem Files, List<string> Calls) Create()
    {
        IFileSystem files = Create<IFileSystem, RecordingFiles>();
        return (files, ((RecordingFiles)(object)files).Calls);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        string name = targetMethod!.Name;
        if (name == "get_Capabilities")
        {
            return FileSystemCapabilities.AtomicReplace | FileSystemCapabilities.Metadata | FileSystemCapabilities.RangeWrites;
        }

        Calls.Add(name);
        return name switch
        {
            "get_WithoutLinks" => this,
            nameof(IFileSystem.OpenFileAsync) => new ValueTask<StorageResult<IFileHandle>>(StorageResult<IFileHandle>.FromValue(new RecordedFile(Calls))),
            nameof(IFileSystem.GetAttributesAsync) or nameof(IFileSystem.GetLinkAttributesAsync) => new ValueTask<StorageResult<EntryAttributes>>(new EntryAttributes { LinkCount = 1 }),
            nameof(IFileSystem.GetSpaceAsync) => new ValueTask<StorageResult<SpaceInfo>>(default(SpaceInfo)),
            _ => new ValueTask<StorageResult>(StorageResult.Success),
        };
    }

    private sealed class RecordedFile(List<string> calls) : IFileHandle
    {
        public bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result) => TryRead(offset, segments, out result, out _);

        public bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result, out bool isAtEnd)
        {
            isAtEnd = false;
            result = (int)PinnedSegment.TotalLength(segments);
            return true;
        }

        public ValueTask<StorageResult<int>> ReadAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct) => throw new NotSupportedException();

        public bool TryWrite(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result)
        {
            result = (int)PinnedSegment.TotalLength(segments);
            return true;
        }

        public ValueTask<StorageResult<int>> WriteAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(CancellationToken ct)
        {
            calls.Add("file.GetAttributesAsync");
            return ValueTask.FromResult<StorageResult<EntryAttributes>>(new EntryAttributes { LinkCount = 1, Identity = new FileIdentity(1, 1) });
        }

        public ValueTask<StorageResult> SetAttributesAsync(AttributeChanges changes, CancellationToken ct)
        {
            calls.Add("file.SetAttributesAsync");
            return ValueTask.FromResult(StorageResult.Success);
        }

        public ValueTask<StorageResult> SyncAsync(CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(CancellationToken ct) => throw new NotSupportedException();

        public ValueTask<StorageResult> CloseAsync()
        {
            calls.Add("file.CloseAsync");
            return ValueTask.FromResult(StorageResult.Success);
        }

        public async ValueTask DisposeAsync() => await CloseAsync();
    }
}
