using Hpc.Storage.Memory;
using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Contract;

public sealed class CapabilityGuardTests
{
    private const OpenFlags WriteNew = OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate;

    [Fact]
    public async Task What_can_do_everything_is_not_wrapped_nor_are_its_files()
    {
        using var able = new MemoryFileSystem();
        CapabilityGuard.Wrap(able).ShouldNotBeSameAs(able);
        using var guard = new CapabilityGuard(able, CapabilityGuard.All & ~FileSystemCapabilities.SymbolicLinks);
        guard.WithoutLinks.ShouldBeSameAs(guard);
        await using IFileHandle file = await guard.OpenAsync("/a", WriteNew);
        await using IFileHandle inner = await able.OpenAsync("/a", OpenFlags.Read);
        file.GetType().ShouldBe(inner.GetType());
    }

    [Fact]
    public void Every_capability_is_in_All() =>
        Enum.GetValues<FileSystemCapabilities>().Aggregate((left, right) => left | right).ShouldBe(CapabilityGuard.All);

    [Fact]
    public async Task Without_range_writes_each_write_begins_where_the_last_ended()
    {
        using var files = new MemoryFileSystem(new MemoryFileSystemOptions { Capabilities = FileSystemCapabilities.None });
        await using IFileHandle file = await files.OpenAsync("/a", WriteNew);
        (await file.WriteAsync(0, "one")).Value.ShouldBe(3);
        (await file.WriteAsync(0, "again")).Error.ShouldBe(StorageError.NotSupported);
        (await file.WriteAsync(4, "gap")).Error.ShouldBe(StorageError.NotSupported);
        using var bytes = new PinnedBytes("two"u8.ToArray());
        file.TryWrite(4, bytes.Segments(), out StorageResult<int> refused).ShouldBeTrue();
        refused.Error.ShouldBe(StorageError.NotSupported);
        file.TryWrite(3, bytes.Segments(), out StorageResult<int> written).ShouldBeTrue();
        written.Value.ShouldBe(3);
        (await file.WriteAsync(6, "three")).Value.ShouldBe(5);
        (await files.ReadFileAsync("/a")).ShouldBe("onetwothree");
    }

    [Fact]
    public async Task A_short_write_on_the_calling_thread_goes_on_where_it_ended()
    {
        using var files = new MemoryFileSystem(new MemoryFileSystemOptions { Capabilities = FileSystemCapabilities.None, Capacity = 4096 });
        await using IFileHandle file = await files.OpenAsync("/a", WriteNew);
        using var bytes = new PinnedBytes(new byte[5000]);
        file.TryWrite(0, bytes.Segments(), out StorageResult<int> some).ShouldBeTrue();
        some.Value.ShouldBe(4096);
        (await file.WriteAsync(4096, "x")).Error.ShouldBe(StorageError.NoSpace);
        (await file.WriteAsync(4096, "x")).Error.ShouldBe(StorageError.NoSpace);
        (await file.WriteAsync(4097, "x")).Error.ShouldBe(StorageError.NotSupported);
    }

    [Fact]
    public async Task Of_several_attributes_those_that_can_be_changed_are()
    {
        using var files = new MemoryFileSystem(new MemoryFileSystemOptions { Capabilities = FileSystemCapabilities.Times });
        await files.WriteFileAsync("/a", "hello");
        var changes = new AttributeChanges { Permissions = 0, ModificationTime = new FileTime(7), Size = 1, UserId = 5, GroupId = 5 };
        (await files.SetAttributesAsync(P("/a"), changes, default)).Error.ShouldBe(StorageError.NotSupported);
        EntryAttributes attributes = (await files.GetAttributesAsync(P("/a"), default)).Value;
        (attributes.Size, attributes.Mode & 0xFFF, attributes.UserId, attributes.ModificationTime.Seconds).ShouldBe((5L, 0x1A4u, 0u, 7L));
        (await files.SetAttributesAsync(P("/none"), changes, default)).Error.ShouldBe(StorageError.NotFound);
    }

    [Fact]
    public async Task An_empty_directory_is_renamed_where_a_full_one_cannot_be()
    {
        using var files = new MemoryFileSystem(new MemoryFileSystemOptions { Capabilities = FileSystemCapabilities.None });
        await files.CreateDirectoryAsync(P("/d"), null, default);
        (await files.RenameAsync(P("/d"), P("/e"), RenameMode.NoReplace, default)).IsSuccess.ShouldBeTrue();
        await files.WriteFileAsync("/e/f", "");
        (await files.RenameAsync(P("/e"), P("/d"), RenameMode.NoReplace, default)).Error.ShouldBe(StorageError.NotSupported);
        (await files.RenameAsync(P("/none"), P("/d"), RenameMode.NoReplace, default)).Error.ShouldBe(StorageError.NotFound);
    }

    [Fact]
    public async Task Without_range_writes_a_copy_goes_on_where_the_last_write_ended()
    {
        using var files = new MemoryFileSystem(new MemoryFileSystemOptions { Capabilities = FileSystemCapabilities.ServerSideCopy });
        await files.WriteFileAsync("/a", "hello");
        await using (IFileHandle source = await files.OpenAsync("/a", OpenFlags.Read))
        await using (IFileHandle target = await files.OpenAsync("/b", WriteNew))
        {
            (await source.CopyToAsync(0, target, 1, 5, default)).Error.ShouldBe(StorageError.NotSupported);
            (await source.CopyToAsync(0, target, 0, 5, default)).Value.ShouldBe(5);
            (await source.CopyToAsync(1, target, 5, 100, default)).Value.ShouldBe(4);
            (await target.WriteAsync(9, "!")).Value.ShouldBe(1);
        }

        (await files.ReadFileAsync("/b")).ShouldBe("helloello!");
    }

    [Fact]
    public async Task Guards_of_one_backend_find_through_to_each_other()
    {
        using var backend = new MemoryFileSystem();
        using var first = new CapabilityGuard(backend, CapabilityGuard.All & ~FileSystemCapabilities.Sync);
        using var second = new CapabilityGuard(backend, CapabilityGuard.All & ~FileSystemCapabilities.Space);
        await first.WriteFileAsync("/a", "hello");
        await using (IFileHandle source = await first.OpenAsync("/a", OpenFlags.Read))
        await using (IFileHandle target = await second.OpenAsync("/b", WriteNew))
        {
            (await source.CopyToAsync(0, target, 0, 5, default)).Value.ShouldBe(5);
        }

        (await second.ReadFileAsync("/b")).ShouldBe("hello");
    }
}
