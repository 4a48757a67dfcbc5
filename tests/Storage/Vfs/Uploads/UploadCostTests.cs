using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Uploads;
using Hpc.Storage.Vfs.Usage;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;
using static Hpc.Storage.Tests.Vfs.Uploads.UploadBench;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>What counting costs: nothing where there is nothing to count, and no allocation where there is.</summary>
public sealed class UploadCostTests
{
    [Fact]
    public async Task Without_anything_to_count_every_call_is_the_backends_and_nothing_else()
    {
        (MountFiles files, IFileSystem backend, List<string> calls) = Mounted(isCounted: false);
        IFileHandle file = (await files.OpenAsync(backend, P("/a"), P("/a"), Upload, null, Permission.All, default)).Value;
        (await WriteAsync(file, 0, 10)).Value.ShouldBe(10);
        await file.SetAttributesAsync(new AttributeChanges { Size = 5 }, default);
        await file.CloseAsync();
        await file.DisposeAsync();
        await files.RenameAsync(backend, P("/a"), P("/b"), RenameMode.Replace, default);
        await files.LinkAsync(backend, P("/a"), P("/b"), default);
        await files.SetAttributesAsync(backend, P("/a"), new AttributeChanges { Size = 5 }, true, default);
        await files.GetAttributesAsync(backend, P("/a"), false, default);
        await files.DeleteAsync(backend, P("/a"), default);
        await files.GetSpaceAsync(backend, P("/a"), default);
        calls.ShouldBe(
        [
            "OpenFileAsync", "file.SetAttributesAsync", "file.CloseAsync", "RenameAsync", "CreateHardLinkAsync", "SetAttributesAsync",
            "GetLinkAttributesAsync", "DeleteFileAsync", "GetSpaceAsync",
        ]);
    }

    [Theory]
    [InlineData(false, OpenFlags.Write)]
    [InlineData(true, OpenFlags.Write)]
    [InlineData(true, OpenFlags.Write | OpenFlags.Append)]
    public async Task Reads_and_writes_allocate_nothing(bool isCounted, OpenFlags flags)
    {
        (MountFiles files, IFileSystem backend, _) = Mounted(isCounted);
        IFileHandle file = (await files.OpenAsync(backend, P("/a"), P("/a"), flags | OpenFlags.Read, null, Permission.All, default)).Value;
        Use(file);
        long least = long.MaxValue;
        for (int i = 0; i < 5 && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            UseOften(file);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        least.ShouldBe(0);
        await file.CloseAsync();
    }

    private static readonly PinnedBytes Buffer = new(new byte[100]);
    private static readonly PinnedSegment[] Segments = Buffer.Segments(50);

    private static void UseOften(IFileHandle file)
    {
        for (int i = 0; i < 100; i++)
        {
            Use(file);
        }
    }

    private static void Use(IFileHandle file)
    {
        bool isWritten = file.TryWrite(0, Segments, out StorageResult<int> written);
        bool isRead = file.TryRead(0, Segments, out StorageResult<int> read, out _);
        if (!isWritten || !isRead || written.Value != 100 || read.Value != 100)
        {
            throw new InvalidOperationException("The bytes went another way.");
        }
    }

    private static (MountFiles Files, IFileSystem Backend, List<string> Calls) Mounted(bool isCounted)
    {
        (IFileSystem backend, List<string> calls) = RecordingFiles.Create();
        var ledger = new UsageLedger("user:u", new FakeReserver());
        foreach (UsageCounter counter in new[] { ledger.Bytes, ledger.Files, ledger.Uploaded, ledger.Downloaded, ledger.Transferred })
        {
            counter.SetCeiling(long.MaxValue);
        }

        var mount = new Mount
        {
            Path = VirtualPath.Root,
            Files = backend,
            State = new MountState("user:u"),
            Quotas = isCounted ? [new QuotaShare(ledger, 1L << 40, 10)] : [],
        };

        var user = new UserFilesDefinition
        {
            Mounts = [mount],
            Permissions = PermissionSet.Full,
            Transfer = isCounted ? new TransferQuota(ledger, 0, 0, 1L << 40) : null,
            MaxUploadBytes = isCounted ? 1L << 40 : 0,
            Source = new FileEventSource { UserName = "u", Protocol = "SFTP" },
        };
        calls.Clear();
        return (new MountFiles(mount, user), backend, calls);
    }
}
