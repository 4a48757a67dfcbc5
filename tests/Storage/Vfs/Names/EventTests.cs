using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Names;

/// <summary>Every operation makes one event, refused ones too.</summary>
public sealed class EventTests
{
    [Fact]
    public async Task Every_operation_is_told_once_under_its_name()
    {
        using var tree = new UserTree(isLocal: true, "/m");
        await tree.Of("/m").WriteFileAsync("/f", "12345");
        using UserFileSystem files = tree.Open();

        await ToldAsync(tree, FileEventKind.Stat, "/m/f", files.StatAsync("/m/f"));
        await ToldAsync(tree, FileEventKind.Stat, "/m/f", files.LinkStatAsync("/m/f"));
        await ToldAsync(tree, FileEventKind.Stat, "/m", files.GetSpaceAsync(P("/m"), default).ErrorAsync());
        await ToldAsync(tree, FileEventKind.Stat, "/m/f", files.ResolveAsync(P("/m/f"), default).ErrorAsync());
        await ToldAsync(tree, FileEventKind.List, "/m", files.TryListAsync("/m"));
        await ToldAsync(tree, FileEventKind.CreateDirectory, "/m/d", files.MakeAsync("/m/d"));
        await ToldAsync(tree, FileEventKind.RemoveDirectory, "/m/d", files.RemoveDirectoryAsync("/m/d"));
        FileEvent linked = await ToldAsync(tree, FileEventKind.CreateSymbolicLink, "/m/l", files.LinkAsync("/m/l", "f"));
        linked.Target.ShouldBe(P("/m/f"));
        await ToldAsync(tree, FileEventKind.Stat, "/m/l", files.ReadSymbolicLinkAsync(P("/m/l"), default).ErrorAsync());
        FileEvent hard = await ToldAsync(tree, FileEventKind.CreateHardLink, "/m/f", files.HardLinkAsync("/m/f", "/m/h"));
        hard.Target.ShouldBe(P("/m/h"));
        FileEvent renamed = await ToldAsync(tree, FileEventKind.Rename, "/m/h", files.MoveAsync("/m/h", "/m/r"));
        (renamed.Target, renamed.Size).ShouldBe((P("/m/r"), -1));
        FileEvent cut = await ToldAsync(tree, FileEventKind.Truncate, "/m/r", files.SetAsync("/m/r", new AttributeChanges { Size = 3, Permissions = 0x1A4 }));
        (cut.Size, cut.Changes.Permissions).ShouldBe((3, 0x1A4u));
        await ToldAsync(tree, FileEventKind.ChangeMode, "/m/r", files.SetAsync("/m/r", new AttributeChanges { Permissions = 0x1A4, AccessTime = new FileTime(1) }));
        await ToldAsync(tree, FileEventKind.ChangeTimes, "/m/r", files.SetAsync("/m/r", new AttributeChanges { AccessTime = new FileTime(1) }));
        await ToldAsync(tree, FileEventKind.Delete, "/m/r", files.RemoveAsync("/m/r"));
    }

    [Fact]
    public async Task Refused_operations_are_told_with_their_error()
    {
        using UserTree tree = new UserTree(isLocal: true).Permit("/no");
        await tree.Of("/").MakeAsync("/no");
        await tree.Of("/").WriteFileAsync("/no/f", "x");
        using UserFileSystem files = tree.Open();

        await RefusedAsync(FileEventKind.Stat, files.StatAsync("/no/f"));
        await RefusedAsync(FileEventKind.Download, files.TryOpenAsync("/no/f"));
        await RefusedAsync(FileEventKind.Upload, files.TryOpenAsync("/no/f", OpenFlags.Write));
        await RefusedAsync(FileEventKind.Upload, files.TryOpenAsync("/no/f", OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate));
        await RefusedAsync(FileEventKind.List, files.TryListAsync("/no"), "/no");
        await RefusedAsync(FileEventKind.CreateDirectory, files.MakeAsync("/no/f"));
        await RefusedAsync(FileEventKind.Delete, files.RemoveAsync("/no/f"));
        await RefusedAsync(FileEventKind.RemoveDirectory, files.RemoveDirectoryAsync("/no/f"));
        await RefusedAsync(FileEventKind.Rename, files.MoveAsync("/no/f", "/g"));
        await RefusedAsync(FileEventKind.Copy, files.CopyAsync("/no/f", "/g"));
        await RefusedAsync(FileEventKind.CreateSymbolicLink, files.LinkAsync("/no/f", "g"));
        await RefusedAsync(FileEventKind.CreateHardLink, files.HardLinkAsync("/no/f", "/g"));
        await RefusedAsync(FileEventKind.ChangeOwner, files.SetAsync("/no/f", new AttributeChanges { UserId = 1, GroupId = 1 }));

        async Task RefusedAsync(FileEventKind kind, Task<StorageError> operation, string path = "/no/f") =>
            await ToldAsync(tree, kind, path, operation, StorageError.AccessDenied);
    }

    [Fact]
    public async Task An_operation_that_goes_through_a_link_is_told_once_as_it_was_written()
    {
        using UserTree tree = new UserTree(isLocal: true).Permit("/other", "list");
        await tree.Of("/").MakeAsync("/d");
        await tree.Of("/").WriteFileAsync("/d/f", "x");
        await tree.Of("/").LinkAsync("/l", "d");
        using UserFileSystem files = tree.Open();
        await ToldAsync(tree, FileEventKind.Stat, "/l/f", files.StatAsync("/l/f"));
        await ToldAsync(tree, FileEventKind.List, "/l", files.TryListAsync("/l"));
        await ToldAsync(tree, FileEventKind.Delete, "/l/f", files.RemoveAsync("/l/f"));
    }

    [Fact]
    public async Task An_attempt_that_may_fail_is_told_only_if_it_does_not()
    {
        using UserTree tree = new UserTree(isLocal: true).Permit("/no");
        await tree.Of("/").MakeAsync("/no");
        using UserFileSystem files = tree.Open();
        IFileSystem tentative = files.Tentative;
        tentative.ShouldBeSameAs(files.Tentative);
        tentative.Tentative.ShouldBeSameAs(tentative);
        (await tentative.StatAsync("/missing")).ShouldBe(StorageError.NotFound);
        (await tentative.MakeAsync("/no/d")).ShouldBe(StorageError.AccessDenied);
        (await tentative.TryOpenAsync("/no/f", OpenFlags.Write | OpenFlags.Create)).ShouldBe(StorageError.AccessDenied);
        tree.Events.ShouldBeEmpty();
        await ToldAsync(tree, FileEventKind.CreateDirectory, "/d", tentative.MakeAsync("/d"));
        await ToldAsync(tree, FileEventKind.CreateDirectory, "/d", files.MakeAsync("/d"), StorageError.AlreadyExists);

        IFileHandle file = (await tentative.OpenFileAsync(P("/f"), OpenFlags.Write | OpenFlags.Create, null, default)).Value;
        await file.DisposeAsync();
        tree.Events.TryDequeue(out FileEvent told).ShouldBeTrue();
        (told.Kind, told.Outcome).ShouldBe((FileEventKind.Upload, StorageError.Cancelled));
    }

    [Fact]
    public async Task A_file_that_cannot_be_opened_for_its_hash_is_no_failed_download()
    {
        using var tree = new UserTree(isLocal: true);
        using UserFileSystem files = tree.Open();
        await ToldAsync(tree, FileEventKind.Hash, "/missing", files.TryOpenAsync("/missing", OpenFlags.Read | OpenFlags.Hash), StorageError.NotFound);
    }

    [Fact]
    public async Task A_listing_is_told_when_it_ends_and_not_before()
    {
        using var tree = new UserTree(isLocal: true);
        using UserFileSystem files = tree.Open();
        IDirectoryReader reader = (await files.OpenDirectoryAsync(VirtualPath.Root, default)).Value;
        (await reader.ReadAsync([], 10, default)).Value.ShouldBe(0);
        tree.Events.ShouldBeEmpty();
        await reader.DisposeAsync();
        await reader.DisposeAsync();
        tree.Events.Single().Kind.ShouldBe(FileEventKind.List);
    }

    private static async Task<FileEvent> ToldAsync(
        UserTree tree, FileEventKind kind, string path, Task<StorageError> operation, StorageError outcome = StorageError.None)
    {
        (await operation).ShouldBe(outcome);
        tree.Events.TryDequeue(out FileEvent told).ShouldBeTrue();
        tree.Events.ShouldBeEmpty();
        told.Kind.ShouldBe(kind);
        told.Path.ShouldBe(P(path));
        told.Outcome.ShouldBe(outcome);
        told.Source.UserName.ShouldBe("ann");
        told.Elapsed.ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
        return told;
    }
}
