using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Uploads;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;
using static Hpc.Storage.Tests.Vfs.Uploads.UploadBench;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>A file that others write to, rename or delete while it is uploaded.</summary>
public sealed class SharedFileTests
{
    public static TheoryData<bool> Backends => [false, true];

    public static TheoryData<bool, string> Limits => new MatrixTheoryData<bool, string>([false, true], ["quota", "size", "volume"]);

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task A_refused_upload_does_not_take_along_what_another_has_uploaded(bool isLocal, string limit)
    {
        using var bench = new UploadBench(Limited(isLocal, limit));
        IFileHandle refused = await bench.OpenAsync("/f", Upload);
        await bench.PutAsync("/f", 500);
        (await WriteAsync(refused, 0, 2000)).IsSuccess.ShouldBeFalse();
        (await refused.CloseAsync()).IsSuccess.ShouldBeFalse();
        (await bench.SizeAsync("/f")).ShouldBe(500);
        bench.State.IsInUse.ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task What_is_left_of_a_refused_upload_goes_by_whatever_name_it_has(bool isLocal, string limit)
    {
        using var bench = new UploadBench(Limited(isLocal, limit));
        await bench.Backend.CreateDirectoryAsync(P("/d"), null, default);
        await bench.Backend.CreateSymbolicLinkAsync(P("/l"), "d/there", default);
        IFileHandle[] refused =
        [
            await bench.OpenAsync("/d/a", Upload), await bench.OpenAsync("/b", Upload), await bench.OpenAsync("/l", Upload),
        ];
        (await bench.RenameAsync("/d", "/e")).ShouldBe(StorageError.None);
        (await bench.RenameAsync("/e", "/d")).ShouldBe(StorageError.None);
        (await bench.RenameAsync("/d/a", "/d/moved")).ShouldBe(StorageError.None);
        (await bench.RenameAsync("/b", "/d/b")).ShouldBe(StorageError.None);
        foreach (IFileHandle file in refused)
        {
            (await WriteAsync(file, 0, 2000)).IsSuccess.ShouldBeFalse();
            await file.DisposeAsync();
        }

        (await bench.WalkAsync()).Names.Order().ShouldBe(["/d", "/l"]);
        bench.Ledger.Bytes.Value.ShouldBe(0);
        bench.Ledger.Files.Value.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task An_append_goes_on_where_other_writers_of_the_user_have_written(bool isLocal)
    {
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, MaxUpload = 1000 });
        await using IFileHandle appending = await bench.OpenAsync("/f", OpenFlags.Write | OpenFlags.Create | OpenFlags.Append);
        await using IFileHandle writing = await bench.OpenAsync("/f", OpenFlags.Write);
        (await WriteAsync(writing, 0, 900)).Value.ShouldBe(900);
        (await WriteAsync(appending, 0, 101)).Error.ShouldBe(StorageError.TooLarge);
        (await WriteAsync(appending, 0, 100)).Value.ShouldBe(100);
        (await bench.SizeAsync("/f")).ShouldBe(1000);
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task Whoever_closes_a_file_that_is_gone_is_told_and_so_are_the_events(bool isLocal, string limit)
    {
        using var bench = new UploadBench(Limited(isLocal, limit));
        await bench.PutAsync("/a", 100);
        await bench.PutAsync("/b", 100);
        await bench.PutAsync("/new", 50);
        IFileHandle deleted = await bench.OpenAsync("/a", OpenFlags.Write);
        IFileHandle replaced = await bench.OpenAsync("/b", OpenFlags.Write);
        (await WriteAsync(deleted, 0, 10)).Value.ShouldBe(10);
        (await WriteAsync(replaced, 0, 10)).Value.ShouldBe(10);
        (await bench.DeleteAsync("/a")).ShouldBe(StorageError.None);
        (await bench.RenameAsync("/new", "/b")).ShouldBe(StorageError.None);
        (await deleted.CloseAsync()).Error.ShouldBe(StorageError.NotFound);
        (await replaced.CloseAsync()).Error.ShouldBe(StorageError.NotFound);
        bench.Events.TakeLast(2).Select(told => told.Outcome).ShouldBe([StorageError.NotFound, StorageError.NotFound]);
        (await bench.SizeAsync("/b")).ShouldBe(50);
    }

    [Theory]
    [InlineData(UploadMode.Standard)]
    [InlineData(UploadMode.Atomic)]
    public async Task Opening_a_file_that_is_there_never_takes_the_room_of_one_that_is_new(UploadMode mode)
    {
        using var bench = new UploadBench(new Setup { Mode = mode, MaxFiles = 2 });
        await bench.PutAsync("/there", 10);
        bench.Ledger.Files.SetCeiling(1);
        int asked = bench.Reserver.Calls;
        await (await bench.OpenAsync("/there", OpenFlags.Write | OpenFlags.Create)).CloseAsync();
        bench.Reserver.Calls.ShouldBe(asked, "room for a file was asked for");
        await bench.PutAsync("/new", 10);
        (await bench.TryOpenAsync("/one too many", OpenFlags.Write | OpenFlags.Create)).Error.ShouldBe(StorageError.QuotaExceeded);
        await bench.LedgerShouldBeRightAsync();
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_claim_is_set_right_by_the_name_where_the_handle_no_longer_answers(bool isLocal)
    {
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, MaxBytes = 1000 });
        var mount = new Mount { Path = VirtualPath.Root, Files = SilentFiles.Create(bench.Backend, out SilentFiles silent), State = bench.State, Quotas = bench.Files.Mount.Quotas };
        var user = new UserFilesDefinition { Mounts = [mount], Permissions = PermissionSet.Full, Source = new FileEventSource { UserName = "u", Protocol = "SFTP" } };
        var files = new MountFiles(mount, user);
        IFileHandle file = (await files.OpenAsync(mount.Files, P("/a"), P("/a"), Upload, null, Permission.All, default)).Value;
        (await WriteAsync(file, 0, 600)).Value.ShouldBe(600);
        (await bench.Backend.SetAttributesAsync(P("/a"), new AttributeChanges { Size = 200 }, default)).IsSuccess.ShouldBeTrue();
        silent.AnswersNoMore = true;
        await file.CloseAsync();
        await bench.LedgerShouldBeRightAsync();
    }

    [Theory]
    [InlineData(UploadMode.Standard)]
    [InlineData(UploadMode.Atomic)]
    public async Task A_file_that_is_closed_after_its_file_system_ends_without_an_exception(UploadMode mode)
    {
        using var bench = new UploadBench(new Setup { IsLocal = true, Mode = mode, MaxBytes = 1000 });
        IFileHandle file = await bench.OpenAsync("/f", Upload);
        (await WriteAsync(file, 0, 100)).Value.ShouldBe(100);
        (await WriteAsync(file, 100, 1000)).Error.ShouldBe(StorageError.QuotaExceeded);
        ((IDisposable)bench.Backend).Dispose();
        await file.DisposeAsync();
        bench.State.IsInUse.ShouldBeFalse();
        bench.Ledger.Files.Value.ShouldBe(1, "it is still there");
        bench.Events.Count.ShouldBe(1);
    }

    private static Setup Limited(bool isLocal, string limit) => new()
    {
        IsLocal = isLocal,
        MaxBytes = limit == "quota" ? 1000 : null,
        MaxUpload = limit == "size" ? 1000 : 0,
        Transfer = limit == "volume" ? (1000, 0, 0) : null,
    };
}
