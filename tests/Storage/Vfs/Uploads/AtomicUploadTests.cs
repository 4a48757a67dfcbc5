using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;
using static Hpc.Storage.Tests.Vfs.Uploads.UploadBench;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>Uploads that appear when they are closed.</summary>
public sealed class AtomicUploadTests
{
    public static TheoryData<bool, UploadMode> Kinds =>
        new MatrixTheoryData<bool, UploadMode>([false, true], [UploadMode.Atomic, UploadMode.AtomicWithResume]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_old_file_is_there_until_the_new_one_is_closed(bool isLocal, UploadMode mode)
    {
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, Mode = mode });
        await bench.PutAsync("/a", 10);
        await bench.Backend.SetAttributesAsync(P("/a"), new AttributeChanges { Permissions = 0x1B6 }, default);
        IFileHandle file = await bench.OpenAsync("/a", Upload);
        await WriteAsync(file, 0, 20);
        (await bench.SizeAsync("/a")).ShouldBe(10);
        (await file.CloseAsync()).IsSuccess.ShouldBeTrue();
        (await bench.SizeAsync("/a")).ShouldBe(20);
        ((await bench.Backend.GetAttributesAsync(P("/a"), default)).Value.Mode & 0xFFF).ShouldBe(0x1B6u);
        (await bench.WalkAsync()).Names.ShouldBe(["/a"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_is_given_up_is_dropped_or_can_be_resumed(bool isLocal, UploadMode mode)
    {
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, Mode = mode });
        IFileHandle file = await bench.OpenAsync("/a", Upload);
        await WriteAsync(file, 0, 20);
        await file.DisposeAsync();
        (await bench.SizeAsync("/a")).ShouldBe(mode == UploadMode.Atomic ? -1 : 20);
        bench.Events.Single().Outcome.ShouldBe(StorageError.Cancelled);

        await (await bench.OpenAsync("/empty", Upload)).DisposeAsync();
        (await bench.SizeAsync("/empty")).ShouldBe(-1);
        (await bench.WalkAsync()).Names.ShouldNotContain(name => name.Contains("hpc-upload"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Two_uploads_of_one_name_both_end_whole_and_the_last_to_close_stays(bool isLocal, UploadMode mode)
    {
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, Mode = mode });
        IFileHandle first = await bench.OpenAsync("/a", Upload);
        IFileHandle second = await bench.OpenAsync("/a", Upload);
        IFileHandle exclusive = await bench.OpenAsync("/a", Upload | OpenFlags.Exclusive);
        await WriteAsync(first, 0, 10);
        await WriteAsync(second, 0, 20);
        await WriteAsync(exclusive, 0, 30);
        (await second.CloseAsync()).IsSuccess.ShouldBeTrue();
        (await first.CloseAsync()).IsSuccess.ShouldBeTrue();
        (await exclusive.CloseAsync()).Error.ShouldBe(StorageError.AlreadyExists);
        (await bench.SizeAsync("/a")).ShouldBe(10);
        (await bench.WalkAsync()).Names.ShouldBe(["/a"]);
        (await bench.TryOpenAsync("/a", Upload | OpenFlags.Exclusive)).Error.ShouldBe(StorageError.AlreadyExists);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Who_may_only_change_what_exists_makes_no_file_by_closing(bool isLocal, UploadMode mode)
    {
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, Mode = mode });
        await bench.PutAsync("/a", 10);
        (await bench.TryOpenAsync("/b", OpenFlags.Write | OpenFlags.Truncate)).Error.ShouldBe(StorageError.NotFound);
        IFileHandle file = await bench.OpenAsync("/a", OpenFlags.Write | OpenFlags.Truncate);
        await WriteAsync(file, 0, 20);
        await bench.DeleteAsync("/a");
        (await file.CloseAsync()).Error.ShouldBe(StorageError.NotFound);
        (await bench.WalkAsync()).Names.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_upload_is_seen_by_its_user_alone(bool isLocal, UploadMode mode)
    {
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, Mode = mode });
        IFileHandle file = await bench.OpenAsync("/a", Upload);
        await WriteAsync(file, 0, 20);
        (await bench.Files.GetAttributesAsync(bench.Backend, P("/a"), true, default)).Value.Size.ShouldBe(20);
        (await bench.Mounted("other").GetAttributesAsync(bench.Backend, P("/a"), true, default)).Error.ShouldBe(StorageError.NotFound);
        (await bench.Files.SetAttributesAsync(bench.Backend, P("/a"), new AttributeChanges { Permissions = 0x180 }, true, default)).IsSuccess.ShouldBeTrue();
        (await file.CloseAsync()).IsSuccess.ShouldBeTrue();
        ((await bench.Backend.GetAttributesAsync(P("/a"), default)).Value.Mode & 0xFFF).ShouldBe(0x180u);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_link_keeps_leading_to_the_file_that_is_replaced(bool isLocal, UploadMode mode)
    {
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, Mode = mode });
        await bench.PutAsync("/a", 10);
        await bench.Backend.CreateSymbolicLinkAsync(P("/l"), "a", default);
        await bench.PutAsync("/l", 30);
        (await bench.SizeAsync("/a")).ShouldBe(30);
        (await bench.Backend.GetLinkAttributesAsync(P("/l"), default)).Value.Type.ShouldBe(EntryType.SymbolicLink);
        (await bench.Files.OpenAsync(bench.Backend.WithoutLinks, P("/l"), P("/l"), Upload, null, Permission.All, default)).Error.ShouldBe(StorageError.LinkLoop);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Names_that_leave_no_room_for_the_temporarys_are_uploaded_too(bool isLocal, UploadMode mode)
    {
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, Mode = mode });
        string name = "/" + new string('漢', 85);
        await bench.PutAsync(name, 10);
        (await bench.SizeAsync(name)).ShouldBe(10);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_upload_goes_along_when_its_directory_is_renamed(bool isLocal, UploadMode mode)
    {
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, Mode = mode });
        await bench.Backend.CreateDirectoryAsync(P("/d"), null, default);
        IFileHandle file = await bench.OpenAsync("/d/a", Upload);
        (await bench.RenameAsync("/d", "/e")).ShouldBe(StorageError.None);
        await WriteAsync(file, 0, 10);
        (await file.CloseAsync()).IsSuccess.ShouldBeTrue();
        (await bench.WalkAsync()).Names.Order().ShouldBe(["/e", "/e/a"]);
        bench.State.IsInUse.ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_directory_or_an_old_name_in_the_way_is_answered_at_once(bool isLocal, UploadMode mode)
    {
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, Mode = mode });
        await bench.Backend.CreateDirectoryAsync(P("/d"), null, default);
        (await bench.TryOpenAsync("/d", Upload)).Error.ShouldBe(StorageError.IsDirectory);
        (await bench.TryOpenAsync("/none/a", Upload)).Error.ShouldBe(StorageError.NotFound);
        bench.State.IsInUse.ShouldBeFalse();
        (await bench.WalkAsync()).Names.ShouldBe(["/d"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_permission_bits_are_those_of_the_file_that_is_replaced(bool isLocal, UploadMode mode)
    {
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, Mode = mode });
        await bench.PutAsync("/a", 10);
        (await bench.Backend.SetAttributesAsync(P("/a"), new AttributeChanges { Permissions = 0x180 }, default)).IsSuccess.ShouldBeTrue();
        IFileHandle file = (await bench.TryOpenAsync("/a", Upload, permissions: 0x1B4)).Value;
        (await WriteAsync(file, 0, 20)).IsSuccess.ShouldBeTrue();
        (await file.CloseAsync()).IsSuccess.ShouldBeTrue();
        EntryAttributes replaced = (await bench.Backend.GetAttributesAsync(P("/a"), default)).Value;
        replaced.Size.ShouldBe(20);
        (replaced.Mode & 0xFFF).ShouldBe(0x180u);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_close_and_refusal_is_one_event(bool isLocal, UploadMode mode)
    {
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, Mode = mode, MaxBytes = 100 });
        await bench.PutAsync("/a", 60);
        IFileHandle read = await bench.OpenAsync("/a", OpenFlags.Read);
        await ReadAsync(read, 0, 50);
        using (var buffer = new PinnedBytes(new byte[10]))
        {
            (await read.WithoutTransfer.ReadAsync(0, buffer.Segments(), default)).Value.ShouldBe(10);
        }

        await read.WithoutTransfer.CloseAsync();
        await read.CloseAsync();
        await read.DisposeAsync();
        IFileHandle refused = await bench.OpenAsync("/b", Upload);
        await WriteAsync(refused, 0, 41);
        await refused.CloseAsync();
        bench.Events.Select(e => (e.Kind, e.Size, e.Outcome)).ShouldBe(
        [
            (FileEventKind.Upload, 60, StorageError.None),
            (FileEventKind.Download, 50, StorageError.None),
            (FileEventKind.Upload, 0, StorageError.QuotaExceeded),
        ]);
    }
}
