using BenchmarkDotNet.Attributes;
using Hpc.Benchmarks.Crypto;
using Hpc.Benchmarks.Support;

namespace Hpc.Benchmarks.SshProtocol;

/// <summary>A whole connection in memory: 64 MiB down and up, and a login. Both ends run in this process, so the times are those of server and client together.</summary>
public class ConnectionBenchmarks
{
    private const long Bytes = 64L << 20;

    private TemporaryTree _tree = null!;
    private SshRig _rig = null!;
    private SshRigConnection _connection = null!;
    private RawSftpClient _sftp = null!;
    private byte[] _reads = [];
    private byte[] _writes = [];

    [ParamsSource(nameof(Ciphers))]
    public string Cipher { get; set; } = "";

    public static IEnumerable<string> Ciphers => PacketKeys.Ciphers;

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _tree = new TemporaryTree();
        _tree.AddFile("file", 1 << 20);
        _rig = await SshRig.StartAsync(_tree.Root, Cipher, TimeProvider.System).ConfigureAwait(false);
        _connection = await _rig.LogInAsync().ConfigureAwait(false);
        _sftp = await _connection.OpenSftpAsync().ConfigureAwait(false);
        _reads = RawSftpClient.DownloadBatch(await _sftp.OpenAsync("/file", SftpRequests.ForReading).ConfigureAwait(false));
        _writes = RawSftpClient.UploadBatch(await _sftp.OpenAsync("/written", SftpRequests.ForWriting).ConfigureAwait(false));
    }

    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        await _connection.DisposeAsync().ConfigureAwait(false);
        _rig.Dispose();
        _tree.Dispose();
    }

    [Benchmark(Description = "Download 64 MiB")]
    public Task DownloadAsync() => _sftp.DownloadAsync(_reads, Bytes);

    [Benchmark(Description = "Upload 64 MiB")]
    public Task UploadAsync() => _sftp.UploadAsync(_writes, Bytes);

    [Benchmark(Description = "Login")]
    public async Task LogInAsync()
    {
        SshRigConnection connection = await _rig.LogInAsync().ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
    }
}
