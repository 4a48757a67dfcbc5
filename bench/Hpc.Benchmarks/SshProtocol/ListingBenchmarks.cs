using BenchmarkDotNet.Attributes;
using Hpc.Benchmarks.Support;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.Storage.Local;

namespace Hpc.Benchmarks.SshProtocol;

/// <summary>OPENDIR, READDIR to the end and CLOSE of a directory, through the SFTP server on a channel in memory; per entry.</summary>
public class ListingBenchmarks
{
    private const int Entries = 1000;

    private TemporaryTree _tree = null!;
    private LocalFileSystem _local = null!;
    private SftpRig _rig = null!;
    private byte[] _open = [];

    [GlobalSetup]
    public void Setup()
    {
        _tree = new TemporaryTree();
        _tree.AddDirectory("many", Entries);
        _local = LocalFileSystem.Open(_tree.Root);
        _rig = new SftpRig(_local);
        _open = SftpRequests.OfPath(SftpMessageType.OpenDirectory, "/many");
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _rig.Dispose();
        _local.Dispose();
        _tree.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public long List() => _rig.List(_open);
}
