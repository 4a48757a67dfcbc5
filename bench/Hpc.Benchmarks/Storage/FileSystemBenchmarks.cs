using BenchmarkDotNet.Attributes;
using Hpc.Benchmarks.Support;
using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs;

namespace Hpc.Benchmarks.Storage;

/// <summary>What the user's view with its permissions adds to the local files below it.</summary>
public class FileSystemBenchmarks
{
    private const int ReadLength = 32 * 1024;

    private readonly byte[] _buffer = GC.AllocateArray<byte>(ReadLength, pinned: true);
    private TemporaryTree _tree = null!;
    private LocalFileSystem _local = null!;
    private IFileSystem _files = null!;
    private IFileHandle _file = null!;
    private PinnedSegment[] _segments = [];
    private VirtualPath _path;

    [Params("local", "user over local")]
    public string View { get; set; } = "";

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _tree = new TemporaryTree();
        _tree.AddFile("file", ReadLength);
        _local = LocalFileSystem.Open(_tree.Root);
        _files = View == "local" ? _local : new UserFileSystem(_local, PermissionSet.Full);
        _path = VirtualPath.Root.Combine("file");
        _file = (await _files.OpenFileAsync(_path, OpenFlags.Read, null, CancellationToken.None).ConfigureAwait(false)).Value;
        _segments = PinnedSegments.Of(_buffer);
    }

    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        await _file.DisposeAsync().ConfigureAwait(false);
        _local.Dispose();
        _tree.Dispose();
    }

    [Benchmark(Description = "Stat")]
    public async ValueTask<long> StatAsync() => (await _files.GetAttributesAsync(_path, CancellationToken.None).ConfigureAwait(false)).Value.Size;

    [Benchmark(Description = "OpenAndClose")]
    public async ValueTask OpenAndCloseAsync()
    {
        StorageResult<IFileHandle> opened = await _files.OpenFileAsync(_path, OpenFlags.Read, null, CancellationToken.None).ConfigureAwait(false);
        await opened.Value.CloseAsync().ConfigureAwait(false);
    }

    [Benchmark]
    public int TryRead() => _file.TryRead(0, _segments, out StorageResult<int> result) ? result.Value : -1;
}
