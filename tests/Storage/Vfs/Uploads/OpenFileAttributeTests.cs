using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;
using static Hpc.Storage.Tests.Vfs.Uploads.UploadBench;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>Attributes of an open file.</summary>
public sealed class OpenFileAttributeTests
{
    [Theory]
    [InlineData(SetStatMode.Apply, 0x180u)]
    [InlineData(SetStatMode.Ignore, 0x1A4u)]
    [InlineData(SetStatMode.IgnoreUnsupported, 0x180u)]
    public async Task Modes_are_applied_as_the_mode_of_setstat_says_and_sizes_always(SetStatMode mode, uint expected)
    {
        using var bench = new UploadBench(new Setup { SetStat = mode });
        await using IFileHandle file = await bench.OpenAsync("/a", Upload);
        (await file.SetAttributesAsync(new AttributeChanges { Size = 9, Permissions = 0x180 }, default)).IsSuccess.ShouldBeTrue();
        EntryAttributes attributes = (await file.GetAttributesAsync(default)).Value;
        attributes.Size.ShouldBe(9);
        (attributes.Mode & 0xFFF).ShouldBe(expected);
        bench.Events.Single().Kind.ShouldBe(FileEventKind.Truncate);
    }

    [Theory]
    [InlineData(SetStatMode.Apply)]
    [InlineData(SetStatMode.Ignore)]
    public async Task Permissions_are_asked_first(SetStatMode mode)
    {
        using var bench = new UploadBench(new Setup { SetStat = mode });
        await using IFileHandle file = (await bench.TryOpenAsync("/a", Upload, Permission.All & ~Permission.ChangeMode & ~Permission.ChangeTimes & ~Permission.ChangeOwner)).Value;
        (await file.SetAttributesAsync(new AttributeChanges { Permissions = 0x180 }, default)).Error.ShouldBe(StorageError.AccessDenied);
        (await file.SetAttributesAsync(new AttributeChanges { UserId = 1, GroupId = 1 }, default)).Error.ShouldBe(StorageError.AccessDenied);
        (await file.SetAttributesAsync(new AttributeChanges { ModificationTime = default(FileTime) }, default)).Error.ShouldBe(StorageError.AccessDenied);
        (await file.SetAttributesAsync(new AttributeChanges { Size = 3 }, default)).IsSuccess.ShouldBeTrue();
        bench.Events.Select(e => (e.Kind, e.Outcome)).ShouldBe(
        [
            (FileEventKind.ChangeMode, StorageError.AccessDenied),
            (FileEventKind.ChangeOwner, StorageError.AccessDenied),
            (FileEventKind.ChangeTimes, StorageError.AccessDenied),
            (FileEventKind.Truncate, StorageError.None),
        ]);
    }

    [Fact]
    public async Task The_size_of_a_file_that_is_open_for_reading_stays()
    {
        using var bench = new UploadBench(new Setup { MaxBytes = 100 });
        await bench.PutAsync("/a", 10);
        await using IFileHandle file = await bench.OpenAsync("/a", OpenFlags.Read);
        (await file.SetAttributesAsync(new AttributeChanges { Size = 3 }, default)).Error.ShouldBe(StorageError.AccessDenied);
        (await bench.SizeAsync("/a")).ShouldBe(10);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_copy_between_open_files_claims_what_it_writes(bool isLocal)
    {
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, MaxBytes = 250 });
        await bench.PutAsync("/a", 100);
        await using IFileHandle from = await bench.OpenAsync("/a", OpenFlags.Read);
        await using (IFileHandle to = await bench.OpenAsync("/b", Upload))
        {
            StorageResult<long> copied = await from.CopyToAsync(0, to.WithoutTransfer, 0, long.MaxValue, default);
            Assert.SkipWhen(copied.Error == StorageError.NotSupported, "The backend does not copy.");
            copied.Value.ShouldBe(100);
            (await from.CopyToAsync(0, to, 51, 100, default)).Error.ShouldBe(StorageError.QuotaExceeded);
            (await from.CopyToAsync(50, to, 100, 50, default)).Value.ShouldBe(50);
            bench.Ledger.Bytes.Value.ShouldBe(250);
            (await bench.SizeAsync("/b")).ShouldBe(150);
            (await to.CloseAsync()).Error.ShouldBe(StorageError.QuotaExceeded);
        }

        await bench.LedgerShouldBeRightAsync();
    }
}
