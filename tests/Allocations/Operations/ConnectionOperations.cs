using Hpc.Benchmarks.Support;

namespace Hpc.Allocations.Tests.Operations;

/// <summary>Whole connections in memory: server and client together, on several threads.</summary>
internal static class ConnectionOperations
{
    private const long Bytes = 64L << 20;
    private const long PartsOfGiB = (1L << 30) / Bytes;
    private const int Sessions = 100;

    public static IEnumerable<Operation> All =>
    [
        Connection("login with an Ed25519 key, both ends", Tolerance.AllThreads, static rig =>
            Measure.InProcessAsync(() => LogInAndOutAsync(rig), 1, warmUps: 10, tries: 40)),
        Connection("idle SFTP session, bytes kept by both ends", Tolerance.AllThreads, static rig =>
            Measure.RetainedAsync(() => OpenAsync(rig), CloseAsync, Sessions, tries: 2)),
        Connection("download, per GiB, both ends", Tolerance.WakeUps, static async rig =>
        {
            await using SshRigConnection connection = await rig.LogInAsync();
            RawSftpClient sftp = await connection.OpenSftpAsync();
            byte[] batch = RawSftpClient.DownloadBatch(await sftp.OpenAsync("/file", SftpRequests.ForReading));
            return PartsOfGiB * await Measure.InProcessAsync(() => sftp.DownloadAsync(batch, Bytes), 1, warmUps: 2, tries: 8);
        }),
        Connection("upload, per GiB, both ends", Tolerance.WakeUps, static async rig =>
        {
            await using SshRigConnection connection = await rig.LogInAsync();
            RawSftpClient sftp = await connection.OpenSftpAsync();
            byte[] batch = RawSftpClient.UploadBatch(await sftp.OpenAsync("/written", SftpRequests.ForWriting));
            return PartsOfGiB * await Measure.InProcessAsync(() => sftp.UploadAsync(batch, Bytes), 1, warmUps: 2, tries: 8);
        }),
    ];

    private static Operation Connection(string name, Tolerance tolerance, Func<SshRig, Task<long>> measureAsync) => new($"connection: {name}", tolerance, async () =>
    {
        using var tree = new TemporaryTree();
        tree.AddFile("file", 1 << 20);
        using SshRig rig = await SshRig.StartAsync(tree.Root, "aes128-gcm@openssh.com", FrozenTime.Instance);
        return await measureAsync(rig);
    });

    private static async Task LogInAndOutAsync(SshRig rig)
    {
        SshRigConnection connection = await rig.LogInAsync();
        await connection.DisposeAsync();
    }

    private static async Task<SshRigConnection[]> OpenAsync(SshRig rig)
    {
        var connections = new SshRigConnection[Sessions];
        for (int i = 0; i < connections.Length; i++)
        {
            connections[i] = await rig.LogInAsync();
            await connections[i].OpenSftpAsync();
        }

        return connections;
    }

    private static async Task CloseAsync(SshRigConnection[] connections)
    {
        foreach (SshRigConnection connection in connections)
        {
            await connection.DisposeAsync();
        }
    }
}
