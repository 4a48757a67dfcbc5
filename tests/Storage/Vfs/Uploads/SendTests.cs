using Hpc.Storage.Tests.Support;
using Hpc.Storage.Tests.Vfs.Bandwidth;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Bandwidth;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;
using static Hpc.Storage.Tests.Vfs.Uploads.UploadBench;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>What goes from storage straight to a socket is counted, limited and told as what is read.</summary>
public sealed class SendTests : IDisposable
{
    private readonly SocketPair _sockets = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _sockets.Dispose();

    [Fact]
    public async Task What_is_sent_is_a_download()
    {
        using var bench = new UploadBench(new Setup { IsLocal = true });
        await bench.PutAsync("/a", 100);
        IFileHandle file = await bench.OpenAsync("/a", OpenFlags.Read);
        Send(file, 0, 60).ShouldBe(60);
        Send(file, 60, 1000).ShouldBe(40);
        Send(file, 100, 1000).ShouldBe(0);
        (await file.CloseAsync()).IsSuccess.ShouldBeTrue();
        (await _sockets.ReceiveAsync(100, Ct)).Length.ShouldBe(100);
        FileEvent told = bench.Events[^1];
        (told.Kind, told.Size, told.Outcome).ShouldBe((FileEventKind.Download, 100, StorageError.None));
    }

    [Fact]
    public async Task What_may_be_moved_is_taken_and_given_back()
    {
        using var bench = new UploadBench(new Setup { IsLocal = true, Transfer = (0, 130, 0), ReserveStep = 10 });
        await bench.PutAsync("/a", 100);
        await using IFileHandle file = await bench.OpenAsync("/a", OpenFlags.Read);

        // What is not reserved yet is reserved by reading.
        Send(file, 0, 60).ShouldBe(0);
        bench.TransferLedger.Downloaded.Value.ShouldBe(0);
        (await ReadAsync(file, 0, 60)).Value.ShouldBe(60);
        bench.TransferLedger.Downloaded.SetCeiling(130);
        bench.TransferLedger.Transferred.SetCeiling(1000);
        Send(file, 60, 70).ShouldBe(40);
        bench.TransferLedger.Downloaded.Value.ShouldBe(100);
        Send(file, 0, 31).ShouldBe(0);
        Send(file, 0, 30).ShouldBe(30);
        bench.TransferLedger.Downloaded.Value.ShouldBe(130);
        (await ReadAsync(file, 0, 1)).Error.ShouldBe(StorageError.QuotaExceeded);
    }

    [Fact]
    public async Task A_limit_of_speed_is_kept()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllBytesAsync(Path.Combine(directory.Root, "a"), new byte[100], Ct);
        var down = new FakeBandwidth();
        using var files = new UserFileSystem(new UserFilesDefinition
        {
            Mounts = [new Mount { Path = VirtualPath.Root, Files = Storage.Local.LocalFileSystem.Open(directory.Root), State = new MountState("") }],
            Permissions = PermissionSet.Full,
            Bandwidth = new FileBandwidth(null, down),
            Source = new FileEventSource { UserName = "u", Protocol = "FTP" },
        });
        await using IFileHandle file = (await files.OpenFileAsync(P("/a"), OpenFlags.Read, null, Ct)).Value;
        Send(file, 0, 50).ShouldBe(0);
        down.Allow(120);
        Send(file, 0, 50).ShouldBe(50);
        Send(file, 90, 60).ShouldBe(10);
        (down.Taken, down.Kept).ShouldBe((60, 50));
    }

    private int Send(IFileHandle file, long offset, int length) =>
        file.TrySend(offset, length, _sockets.Sender.SafeHandle, out StorageResult<int> sent) ? sent.Value : 0;
}
