using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Contract;

public abstract partial class FileStoreContract
{
    /// <summary>Each thing that only a capability makes possible: it is refused without, and never refused as unsupported with it.</summary>
    [Theory]
    [InlineData(FileSystemCapabilities.RangeWrites)]
    [InlineData(FileSystemCapabilities.SymbolicLinks)]
    [InlineData(FileSystemCapabilities.HardLinks)]
    [InlineData(FileSystemCapabilities.Modes)]
    [InlineData(FileSystemCapabilities.Owners)]
    [InlineData(FileSystemCapabilities.Times)]
    [InlineData(FileSystemCapabilities.Sync)]
    [InlineData(FileSystemCapabilities.AtomicReplace)]
    [InlineData(FileSystemCapabilities.Space)]
    [InlineData(FileSystemCapabilities.Append)]
    [InlineData(FileSystemCapabilities.DirectoryRename)]
    [InlineData(FileSystemCapabilities.ServerSideCopy)]
    [InlineData(FileSystemCapabilities.Metadata)]
    public async Task What_a_backend_cannot_do_is_not_supported(FileSystemCapabilities capability)
    {
        await Files.WriteFileAsync("/a", "hello");
        await Files.WriteFileAsync("/b", "b");
        await Files.CreateDirectoryAsync(P("/d"), null, default);
        await Files.WriteFileAsync("/d/in", "in");
        bool isPromised = Files.Capabilities.HasFlag(capability);
        foreach (StorageError error in await AskAsync(capability))
        {
            if (isPromised && capability is FileSystemCapabilities.ServerSideCopy or FileSystemCapabilities.Metadata && error == StorageError.NotSupported)
            {
                Assert.Skip("The file system below cannot, though others of the kind can.");
            }

            (error == StorageError.NotSupported).ShouldBe(!isPromised, $"{capability}: {error}");
        }

        (await Files.ReadFileAsync("/d/in")).ShouldBe("in");
    }

    private async Task<StorageError[]> AskAsync(FileSystemCapabilities capability)
    {
        await using IFileHandle file = await Files.OpenAsync("/a", OpenFlags.Read);
        IFileHandle target = await Files.OpenAsync("/target", WriteNew);
        await using IFileHandle closing = target;
        var owner = new AttributeChanges { UserId = 0, GroupId = 0 };
        var mode = new AttributeChanges { Permissions = 0x1A4 };
        var times = new AttributeChanges { AccessTime = new FileTime(1), ModificationTime = new FileTime(2) };
        return capability switch
        {
            FileSystemCapabilities.RangeWrites =>
            [
                await OpenErrorAsync("/a", OpenFlags.Write), await OpenErrorAsync("/a", OpenFlags.Write | OpenFlags.Create), await OpenErrorAsync("/a", OpenFlags.Write | OpenFlags.Read),
                await Files.SetAttributesAsync(P("/a"), new AttributeChanges { Size = 1 }, default).ErrorAsync(),
                await target.SetAttributesAsync(new AttributeChanges { Size = 1 }, default).ErrorAsync(),
                (await target.WriteAsync(100, "far")).Error,
            ],
            FileSystemCapabilities.SymbolicLinks =>
            [
                await Files.CreateSymbolicLinkAsync(P("/l"), "a", default).ErrorAsync(), await Files.ReadSymbolicLinkAsync(P("/l"), default).ErrorAsync(),
            ],
            FileSystemCapabilities.HardLinks => [await Files.CreateHardLinkAsync(P("/a"), P("/l"), default).ErrorAsync()],
            FileSystemCapabilities.Modes =>
            [
                await Files.SetAttributesAsync(P("/a"), mode, default).ErrorAsync(), await Files.SetLinkAttributesAsync(P("/a"), mode, default).ErrorAsync(),
                await file.SetAttributesAsync(mode, default).ErrorAsync(),
            ],
            FileSystemCapabilities.Owners =>
            [
                await Files.SetAttributesAsync(P("/a"), owner, default).ErrorAsync(), await Files.SetLinkAttributesAsync(P("/a"), owner, default).ErrorAsync(),
                await file.SetAttributesAsync(owner, default).ErrorAsync(),
            ],
            FileSystemCapabilities.Times =>
            [
                await Files.SetAttributesAsync(P("/a"), times, default).ErrorAsync(), await Files.SetLinkAttributesAsync(P("/a"), times, default).ErrorAsync(),
                await file.SetAttributesAsync(times, default).ErrorAsync(),
            ],
            FileSystemCapabilities.Sync => [await file.SyncAsync(default).ErrorAsync()],
            FileSystemCapabilities.AtomicReplace => [await Files.RenameAsync(P("/a"), P("/b"), RenameMode.Replace, default).ErrorAsync()],
            FileSystemCapabilities.Space => [await Files.GetSpaceAsync(P("/"), default).ErrorAsync(), await file.GetSpaceAsync(default).ErrorAsync()],
            FileSystemCapabilities.Append => [await OpenErrorAsync("/a", OpenFlags.Write | OpenFlags.Append), await OpenErrorAsync("/c", OpenFlags.Write | OpenFlags.Append | OpenFlags.Create)],
            FileSystemCapabilities.DirectoryRename => [await RenameDirectoryAndBackAsync()],
            FileSystemCapabilities.ServerSideCopy => [await file.CopyToAsync(0, target, 0, 5, default).ErrorAsync()],
            FileSystemCapabilities.Metadata => [(await file.SetMetadataAsync("x", new byte[1], default)).Error, await file.GetMetadataAsync("x", new byte[1], default).ErrorAsync()],
            _ => throw new ArgumentOutOfRangeException(nameof(capability)),
        };
    }

    private async Task<StorageError> OpenErrorAsync(string path, OpenFlags flags)
    {
        StorageResult<IFileHandle> opened = await Files.OpenFileAsync(P(path), flags, null, default);
        return opened.IsSuccess ? (await opened.Value.CloseAsync()).Error : opened.Error;
    }

    private async Task<StorageError> RenameDirectoryAndBackAsync()
    {
        StorageError renamed = (await Files.RenameAsync(P("/d"), P("/e"), RenameMode.NoReplace, default)).Error;
        return renamed == StorageError.None ? (await Files.RenameAsync(P("/e"), P("/d"), RenameMode.NoReplace, default)).Error : renamed;
    }

    [Fact]
    public async Task A_file_is_written_from_its_start_to_its_end_whatever_the_backend_can()
    {
        using var bytes = new PinnedBytes(new byte[100_000]);
        new Random(5).NextBytes(bytes.Bytes);
        IFileHandle file = await Files.OpenAsync("/a", WriteNew);
        long offset = 0;
        foreach (PinnedSegment segment in bytes.Segments(3000))
        {
            PinnedSegment[] piece = [segment];
            if (!file.TryWrite(offset, piece, out StorageResult<int> written))
            {
                written = await file.WriteAsync(offset, piece, default);
            }

            written.Value.ShouldBe(segment.Length);
            offset += written.Value;
        }

        (await file.CloseAsync()).IsSuccess.ShouldBeTrue();
        (await Files.GetAttributesAsync(P("/a"), default)).Value.Size.ShouldBe(100_000);
        await using IFileHandle reader = await Files.OpenAsync("/a", OpenFlags.Read);
        using var read = new PinnedBytes(new byte[100_000]);
        (await reader.ReadAsync(0, read.Segments(), default)).Value.ShouldBe(100_000);
        read.Bytes.AsSpan().SequenceEqual(bytes.Bytes).ShouldBeTrue();
    }

    [Fact]
    public async Task Names_come_and_go_whatever_the_backend_can()
    {
        await Files.WriteFileAsync("/a", "x");
        (await Files.RenameAsync(P("/a"), P("/b"), RenameMode.Replace, default)).IsSuccess.ShouldBeTrue();
        await Files.CreateDirectoryAsync(P("/d"), 0x1ED, default);
        (await Files.RenameAsync(P("/d"), P("/e"), RenameMode.NoReplace, default)).IsSuccess.ShouldBeTrue();
        (await Files.ListAsync("/")).Select(entry => entry.Name).Order(StringComparer.Ordinal).ShouldBe(["b", "e"]);
        (await Files.DeleteDirectoryAsync(P("/e"), default)).IsSuccess.ShouldBeTrue();
        (await Files.DeleteFileAsync(P("/b"), default)).IsSuccess.ShouldBeTrue();
    }
}
