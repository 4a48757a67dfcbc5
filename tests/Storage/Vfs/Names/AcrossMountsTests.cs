using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Names;

public sealed class AcrossMountsTestsOverLocal() : AcrossMountsTests(isLocal: true);

public sealed class AcrossMountsTestsOverMemory() : AcrossMountsTests(isLocal: false);

/// <summary>Renames and copies from one mount to another, and copies within one.</summary>
public abstract class AcrossMountsTests(bool isLocal)
{
    [Fact]
    public async Task A_file_is_renamed_into_another_mount()
    {
        using var tree = new UserTree(isLocal, "/u1", "/u10");
        await tree.Of("/u1").WriteFileAsync("/f", "one");
        await tree.Of("/u10").WriteFileAsync("/g", "ten");
        using UserFileSystem files = tree.Open();
        (await files.MoveAsync("/u1/f", "/u10/f", RenameMode.NoReplace)).ShouldBe(StorageError.None);
        (await files.ReadFileAsync("/u10/f")).ShouldBe("one");
        (await files.StatAsync("/u1/f")).ShouldBe(StorageError.NotFound);
        (await files.MoveAsync("/u10/f", "/f")).ShouldBe(StorageError.None);
        (await files.MoveAsync("/f", "/u10/g", RenameMode.NoReplace)).ShouldBe(StorageError.AlreadyExists);
        (await files.MoveAsync("/f", "/u10/g")).ShouldBe(StorageError.None);
        (await files.ReadFileAsync("/u10/g")).ShouldBe("one");
        (await files.MoveAsync("/none", "/u10/h")).ShouldBe(StorageError.NotFound);
    }

    [Fact]
    public async Task A_directory_is_renamed_into_another_mount_whole_or_not_at_all()
    {
        using var tree = new UserTree(isLocal, "/u1", "/u10");
        await tree.Of("/u1").MakeAsync("/d");
        await tree.Of("/u1").WriteFileAsync("/d/f", "x");
        using UserFileSystem files = tree.Open();
        StorageError moved = await files.MoveAsync("/u1/d", "/u10/d");
        moved.ShouldBeOneOf(StorageError.None, StorageError.CrossDevice);
        (await files.ReadFileAsync(moved == StorageError.None ? "/u10/d/f" : "/u1/d/f")).ShouldBe("x");
        (await files.StatAsync(moved == StorageError.None ? "/u1/d" : "/u10/d")).ShouldBe(StorageError.NotFound);
    }

    [Fact]
    public async Task The_rules_of_both_mounts_hold()
    {
        using UserTree tree = new UserTree(isLocal, "/in", "/out").Permit("/in", "list", "download", "copy").Permit("/out", "list", "upload", "rename", "copy").Hide("/out", "*.bad");
        await tree.Of("/in").WriteFileAsync("/f", "x");
        await tree.Of("/out").WriteFileAsync("/g", "kept");
        await tree.Of("/").MakeAsync("/d");
        await tree.Of("/").WriteFileAsync("/d/x.bad", "x");
        await tree.Of("/").WriteFileAsync("/h", "h");
        using UserFileSystem files = tree.Open();
        (await files.MoveAsync("/in/f", "/out/f")).ShouldBe(StorageError.AccessDenied);
        (await files.MoveAsync("/h", "/out/g")).ShouldBe(StorageError.AccessDenied);
        (await files.MoveAsync("/h", "/out/h.bad")).ShouldBe(StorageError.NotFound);
        (await files.MoveAsync("/d", "/out/d")).ShouldBe(StorageError.AccessDenied);
        (await files.CopyAsync("/in/f", "/out/g")).ShouldBe(StorageError.AccessDenied);
        (await files.CopyAsync("/in/f", "/out/f")).ShouldBe(StorageError.None);
        (await files.CopyAsync("/out/f", "/h")).ShouldBe(StorageError.AccessDenied);
        (await files.MoveAsync("/h", "/out/h")).ShouldBe(StorageError.None);
        (await files.ReadFileAsync("/in/f")).ShouldBe("x");
        (await tree.Of("/out").ReadFileAsync("/f")).ShouldBe("x");
        (await tree.Of("/out").ReadFileAsync("/g")).ShouldBe("kept");
    }

    [Fact]
    public async Task A_copy_needs_what_reading_and_writing_need()
    {
        using UserTree tree = new UserTree(isLocal)
            .Permit("/new", "copy", "upload", "list").Permit("/old", "copy", "overwrite", "list").Permit("/unread", "copy", "list").Permit("/plain", "upload", "overwrite", "download");
        foreach (string directory in (string[])["/new", "/old", "/unread", "/plain"])
        {
            await tree.Of("/").MakeAsync(directory);
            await tree.Of("/").WriteFileAsync(directory + "/there", "old");
        }

        await tree.Of("/").WriteFileAsync("/f", "content");
        await tree.Of("/").LinkAsync("/l", "f");
        using UserFileSystem files = tree.Open();
        (await files.CopyAsync("/f", "/new/there")).ShouldBe(StorageError.AccessDenied);
        (await files.CopyAsync("/f", "/new/there", RenameMode.NoReplace)).ShouldBe(StorageError.AlreadyExists);
        (await files.CopyAsync("/f", "/old/none")).ShouldBe(StorageError.AccessDenied);
        (await files.CopyAsync("/f", "/old/there", RenameMode.NoReplace)).ShouldBe(StorageError.AccessDenied);
        (await files.CopyAsync("/unread/there", "/x")).ShouldBe(StorageError.AccessDenied);
        (await files.CopyAsync("/f", "/plain/x")).ShouldBe(StorageError.AccessDenied);
        (await files.CopyAsync("/plain/there", "/x")).ShouldBe(StorageError.AccessDenied);
        (await files.CopyAsync("/f", "/f")).ShouldBe(StorageError.InvalidArgument);
        (await files.CopyAsync("/none", "/x")).ShouldBe(StorageError.NotFound);
        (await files.NamesAsync("/")).ShouldBe("f l new old plain unread");

        (await files.CopyFileAsync(P("/l"), P("/new/made"), RenameMode.Replace, default)).Value.ShouldBe(7);
        (await files.CopyAsync("/f", "/old/there")).ShouldBe(StorageError.None);
        (await tree.Of("/").ReadFileAsync("/new/made")).ShouldBe("content");
        (await tree.Of("/").ReadFileAsync("/old/there")).ShouldBe("content");
        tree.Events.Single(e => e is { Kind: FileEventKind.Copy, Size: 7, Outcome: StorageError.None } && e.Path == P("/l")).Target.ShouldBe(P("/new/made"));
    }
}
