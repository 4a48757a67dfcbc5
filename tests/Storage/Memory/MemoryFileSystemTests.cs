using Hpc.Storage.Memory;
using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Memory;

public sealed class MemoryFileSystemTests
{
    private const int Block = 4096;

    [Fact]
    public async Task Beyond_its_capacity_there_is_no_space_and_what_fitted_stays()
    {
        using var files = new MemoryFileSystem(new MemoryFileSystemOptions { Capacity = 4 * Block });
        using var bytes = new PinnedBytes(new byte[3 * Block]);
        await using IFileHandle file = await files.OpenAsync("/a", OpenFlags.Write | OpenFlags.Create);
        (await file.WriteAsync(0, bytes.Segments(), default)).Value.ShouldBe(3 * Block);
        file.TryWrite(3 * Block, bytes.Segments(), out StorageResult<int> some).ShouldBeTrue();
        some.Value.ShouldBe(Block);
        (await file.WriteAsync(4 * Block, bytes.Segments(), default)).Error.ShouldBe(StorageError.NoSpace);
        (await file.WriteAsync(0, bytes.Segments(), default)).Value.ShouldBe(3 * Block);
        (await files.GetAttributesAsync(P("/a"), default)).Value.Size.ShouldBe(4 * Block);
        (await files.GetSpaceAsync(P("/"), default)).Value.FreeBlocks.ShouldBe(0ul);

        await files.WriteFileAsync("/empty", "");
        (await files.SetAttributesAsync(P("/a"), new AttributeChanges { Size = Block + 1 }, default)).IsSuccess.ShouldBeTrue();
        (await files.GetSpaceAsync(P("/"), default)).Value.FreeBlocks.ShouldBe(2ul);
    }

    [Fact]
    public async Task Blocks_come_back_when_the_last_name_and_the_last_handle_are_gone()
    {
        using var files = new MemoryFileSystem(new MemoryFileSystemOptions { Capacity = 4 * Block });
        IFileHandle first = await files.OpenAsync("/a", OpenFlags.Write | OpenFlags.Create);
        IFileHandle second = await files.OpenAsync("/a", OpenFlags.Read);
        (await first.WriteAsync(0, "x")).Value.ShouldBe(1);
        await files.CreateHardLinkAsync(P("/a"), P("/b"), default);
        await files.DeleteFileAsync(P("/a"), default);
        await first.CloseAsync();
        await first.CloseAsync();
        await FreeShouldBeAsync(3);
        await files.DeleteFileAsync(P("/b"), default);
        (await second.ReadTextAsync()).ShouldBe("x");
        (await second.GetAttributesAsync(default)).Value.LinkCount.ShouldBe(0u);
        await FreeShouldBeAsync(3);
        await second.DisposeAsync();
        await FreeShouldBeAsync(4);
        Should.Throw<ObjectDisposedException>(async () => await second.GetAttributesAsync(default));

        await files.WriteFileAsync("/c", "c");
        await files.WriteFileAsync("/d", "d");
        await FreeShouldBeAsync(2);
        await files.RenameAsync(P("/c"), P("/d"), RenameMode.Replace, default);
        await FreeShouldBeAsync(3);

        async Task FreeShouldBeAsync(ulong blocks) => (await files.GetSpaceAsync(P("/"), default)).Value.FreeBlocks.ShouldBe(blocks);
    }

    [Fact]
    public async Task It_holds_so_many_names()
    {
        using var files = new MemoryFileSystem(new MemoryFileSystemOptions { MaxEntries = 3 });
        await files.WriteFileAsync("/a", "a");
        await files.CreateDirectoryAsync(P("/d"), null, default);
        await files.CreateSymbolicLinkAsync(P("/d/l"), "x", default);
        (await files.OpenFileAsync(P("/b"), OpenFlags.Write | OpenFlags.Create, null, default).ErrorAsync()).ShouldBe(StorageError.NoSpace);
        (await files.CreateDirectoryAsync(P("/b"), null, default).ErrorAsync()).ShouldBe(StorageError.NoSpace);
        (await files.CreateHardLinkAsync(P("/a"), P("/b"), default).ErrorAsync()).ShouldBe(StorageError.NoSpace);
        (await files.GetAttributesAsync(P("/a"), default)).Value.LinkCount.ShouldBe(1u);
        (await files.RenameAsync(P("/a"), P("/b"), RenameMode.NoReplace, default)).IsSuccess.ShouldBeTrue();
        (await files.RenameAsync(P("/b"), P("/d/l"), RenameMode.Replace, default)).IsSuccess.ShouldBeTrue();
        await files.WriteFileAsync("/b", "b");
        (await files.GetSpaceAsync(P("/"), default)).Value.FreeFiles.ShouldBe(0ul);
    }

    [Fact]
    public async Task Times_are_those_of_its_clock_and_owners_those_of_its_options()
    {
        using var files = new MemoryFileSystem(new MemoryFileSystemOptions { Time = new OldClock(), OwnerId = 7, GroupId = 8, Umask = 0x3F });
        await files.WriteFileAsync("/a", "a");
        EntryAttributes attributes = (await files.GetAttributesAsync(P("/a"), default)).Value;
        attributes.ModificationTime.ShouldBe(new FileTime(-1, 500_000_000));
        (attributes.UserId, attributes.GroupId, attributes.Mode).ShouldBe((7u, 8u, Convert.ToUInt32("100600", 8)));
    }

    [Fact]
    public async Task Another_one_is_another_device()
    {
        using var files = new MemoryFileSystem();
        using var other = new MemoryFileSystem();
        await files.WriteFileAsync("/a", "a");
        await other.WriteFileAsync("/a", "a");
        (await files.RenameToAsync(P("/a"), other, P("/b"), RenameMode.NoReplace, default)).Error.ShouldBe(StorageError.CrossDevice);
        (await files.RenameToAsync(P("/a"), files.WithoutLinks, P("/b"), RenameMode.NoReplace, default)).IsSuccess.ShouldBeTrue();
        (await files.GetAttributesAsync(P("/b"), default)).Value.Identity.ShouldNotBe((await other.GetAttributesAsync(P("/a"), default)).Value.Identity);
    }

    [Fact]
    public async Task Many_threads_leave_it_whole()
    {
        using var files = new MemoryFileSystem(new MemoryFileSystemOptions { Capacity = 64 * Block, MaxEntries = 50 });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            for (int i = 0; i < 500; i++)
            {
                string name = $"/{random.Next(10)}";
                StorageResult<IFileHandle> opened = await files.OpenFileAsync(P(name), OpenFlags.Write | OpenFlags.Create, null, default);
                if (opened.IsSuccess)
                {
                    await opened.Value.WriteAsync(random.Next(20) * Block, "content");
                    await files.RenameAsync(P(name), P($"/{random.Next(10)}"), RenameMode.Replace, default);
                    await opened.Value.DisposeAsync();
                }

                await files.DeleteFileAsync(P($"/{random.Next(10)}"), default);
            }
        })));

        foreach (DirectoryEntry entry in await files.ListAsync("/"))
        {
            (await files.DeleteFileAsync(P("/" + entry.Name), default)).IsSuccess.ShouldBeTrue();
        }

        SpaceInfo space = (await files.GetSpaceAsync(P("/"), default)).Value;
        (space.FreeBlocks, space.FreeFiles).ShouldBe((64ul, 50ul));
    }

    private sealed class OldClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddMilliseconds(-500);
    }
}
