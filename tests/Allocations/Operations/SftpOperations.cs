using Hpc.Benchmarks.Support;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.Storage.Local;

namespace Hpc.Allocations.Tests.Operations;

internal static class SftpOperations
{
    private const int Batch = 64;
    private const int Length = 32 * 1024;
    private const int Entries = 1000;

    public static IEnumerable<Operation> All =>
    [
        Sftp("READ of 32 KiB from the cache, in batches", static rig =>
        {
            byte[] reads = SftpRequests.Reads(rig.Open("/file", SftpRequests.ForReading), Batch, Length);
            return Measure.OnThread(() => rig.Channel.Exchange(reads, Batch), Batch);
        }),
        Sftp("READ of 32 KiB from the cache, alone", static rig =>
        {
            byte[] read = SftpRequests.Reads(rig.Open("/file", SftpRequests.ForReading), 1, Length);
            return Measure.OnThread(() => rig.Channel.Exchange(read, 1));
        }),
        Sftp("WRITE of 32 KiB, in batches", static rig =>
        {
            byte[] writes = SftpRequests.Writes(rig.Open("/written", SftpRequests.ForWriting), Batch, Length);
            return Measure.OnThread(() => rig.Channel.Exchange(writes, Batch), Batch);
        }),
        Sftp("WRITE of 32 KiB, alone", static rig =>
        {
            byte[] write = SftpRequests.Writes(rig.Open("/written", SftpRequests.ForWriting), 1, Length);
            return Measure.OnThread(() => rig.Channel.Exchange(write, 1));
        }),
        Sftp("STAT", static rig => OfPath(rig, SftpMessageType.Stat)),
        Sftp("LSTAT", static rig => OfPath(rig, SftpMessageType.LinkStat)),
        Sftp("REALPATH", static rig => OfPath(rig, SftpMessageType.RealPath)),
        Sftp("FSTAT", static rig =>
        {
            byte[] request = SftpRequests.OfHandle(SftpMessageType.HandleStat, rig.Open("/file", SftpRequests.ForReading));
            return Measure.OnThread(() => rig.Channel.Exchange(request, 1));
        }),
        Sftp("OPEN and CLOSE", static rig =>
        {
            byte[] open = SftpRequests.Open("/file", SftpRequests.ForReading);
            return Measure.OnThread(() => rig.OpenAndClose(open));
        }),
        Sftp($"listing of {Entries} entries, per entry", static rig =>
        {
            byte[] open = SftpRequests.OfPath(SftpMessageType.OpenDirectory, "/many");
            return Measure.OnThread(() => rig.List(open), Entries);
        }, static tree => tree.AddDirectory("many", Entries)),
    ];

    private static long OfPath(SftpRig rig, SftpMessageType type)
    {
        byte[] request = SftpRequests.OfPath(type, "/file");
        return Measure.OnThread(() => rig.Channel.Exchange(request, 1));
    }

    private static Operation Sftp(string name, Func<SftpRig, long> measure, Action<TemporaryTree>? prepare = null) => Operation.OnThread($"sftp: {name}", () =>
    {
        using var tree = new TemporaryTree();
        tree.AddFile("file", Batch * Length);
        prepare?.Invoke(tree);
        using LocalFileSystem local = LocalFileSystem.Open(tree.Root, new LocalFileSystemOptions { Time = FrozenTime.Instance });
        using var rig = new SftpRig(local);
        return measure(rig);
    });
}
