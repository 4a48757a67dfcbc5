using BenchmarkDotNet.Attributes;
using Hpc.Benchmarks.Support;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.Storage;
using Hpc.Storage.Local;

namespace Hpc.Benchmarks.SshProtocol;

/// <summary>The SFTP server on a channel in memory. On the storage "nothing" it is the parsing and answering alone; on "local" with the files of a directory.</summary>
public class SftpBenchmarks
{
    private const int Batch = 64;
    private const int Length = 32 * 1024;

    private TemporaryTree _tree = null!;
    private LocalFileSystem _local = null!;
    private SftpRig _rig = null!;
    private byte[] _reads = [];
    private byte[] _writes = [];
    private byte[] _stat = [];
    private byte[] _open = [];

    [Params("nothing", "local")]
    public string Storage { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _tree = new TemporaryTree();
        _tree.AddFile("file", Batch * Length);
        _local = LocalFileSystem.Open(_tree.Root);
        IFileSystem files = Storage == "local" ? _local : new NullFileSystem();
        _rig = new SftpRig(files);
        _reads = SftpRequests.Reads(_rig.Open("/file", SftpRequests.ForReading), Batch, Length);
        _writes = SftpRequests.Writes(_rig.Open("/written", SftpRequests.ForWriting), Batch, Length);
        _stat = SftpRequests.OfPath(SftpMessageType.Stat, "/file");
        _open = SftpRequests.Open("/file", SftpRequests.ForReading);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _rig.Dispose();
        _local.Dispose();
        _tree.Dispose();
    }

    /// <summary>Per READ of 32 KiB.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public void Read() => _rig.Channel.Exchange(_reads, Batch);

    /// <summary>Per WRITE of 32 KiB.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public void Write() => _rig.Channel.Exchange(_writes, Batch);

    [Benchmark]
    public void Stat() => _rig.Channel.Exchange(_stat, 1);

    [Benchmark]
    public void OpenAndClose() => _rig.OpenAndClose(_open);
}
