using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Names;

public sealed class MountTestsOverLocal() : MountTests(isLocal: true);

public sealed class MountTestsOverMemory() : MountTests(isLocal: false);

/// <summary>Where paths lead, and what of mounts is shown.</summary>
public abstract class MountTests(bool isLocal)
{
    private UserTree Tree(params string[] mounts) => new(isLocal, mounts);

    [Fact]
    public async Task A_path_lies_on_its_deepest_mount()
    {
        using UserTree tree = Tree("/u1", "/u10", "/u1/in");
        using UserFileSystem files = tree.Open();
        foreach (string path in (string[])["/f", "/u1/f", "/u10/f", "/u1/in/f", "/u2"])
        {
            await files.WriteFileAsync(path, path);
        }

        (await tree.Of("/").ReadFileAsync("/f")).ShouldBe("/f");
        (await tree.Of("/").ReadFileAsync("/u2")).ShouldBe("/u2");
        (await tree.Of("/u1").ReadFileAsync("/f")).ShouldBe("/u1/f");
        (await tree.Of("/u10").ReadFileAsync("/f")).ShouldBe("/u10/f");
        (await tree.Of("/u1/in").ReadFileAsync("/f")).ShouldBe("/u1/in/f");
        (await tree.Of("/").StatAsync("/u1")).ShouldBe(StorageError.NotFound);
        (await files.ReadFileAsync("/u1/in/f")).ShouldBe("/u1/in/f");
        (await files.StatAsync("/u1/in/other")).ShouldBe(StorageError.NotFound);
    }

    [Fact]
    public async Task Mount_points_are_listed_once_whatever_the_backend_has_there()
    {
        using UserTree tree = Tree("/a/b/c", "/d", "/e");
        await tree.Of("/").MakeAsync("/d");
        await tree.Of("/").WriteFileAsync("/d/covered", "x");
        await tree.Of("/").WriteFileAsync("/e", "a file in the way");
        await tree.Of("/").WriteFileAsync("/f", "");
        await tree.Of("/a/b/c").WriteFileAsync("/deep", "");
        using UserFileSystem files = tree.Open();

        (await files.NamesAsync("/")).ShouldBe("a d e f");
        (await files.NamesAsync("/", limit: 1)).ShouldBe("a d e f");
        (await files.StreamedNamesAsync("/")).ShouldBe("a d e f");
        (await files.StreamedNamesAsync("/", room: 1)).ShouldBe("a d e f");
        (await files.NamesAsync("/d")).ShouldBe("");
        (await files.StreamedNamesAsync("/a/b/c")).ShouldBe("deep");
        (await files.ListAsync("/")).Count(entry => entry.Attributes.Type == EntryType.Directory).ShouldBe(3);
    }

    [Fact]
    public async Task A_directory_that_only_leads_to_a_mount_can_be_gone_through_and_holds_nothing_else()
    {
        using UserTree tree = Tree("/a/b/c");
        using UserFileSystem files = tree.Open();

        foreach (string path in (string[])["/a", "/a/b"])
        {
            (await files.GetAttributesAsync(P(path), default)).Value.Type.ShouldBe(EntryType.Directory);
            (await files.GetLinkAttributesAsync(P(path), default)).Value.Mode.ShouldBe(0x41EDu);
            (await files.RealPathAsync(path)).ShouldBe(path);
            (await files.TryOpenAsync(path + "/f", OpenFlags.Write | OpenFlags.Create)).ShouldBe(StorageError.NotFound);
            (await files.MakeAsync(path + "/x")).ShouldBe(StorageError.NotFound);
            (await files.TryOpenAsync(path, OpenFlags.Write | OpenFlags.Create)).ShouldBe(StorageError.IsDirectory);
            (await files.RemoveDirectoryAsync(path)).ShouldBe(StorageError.AccessDenied);
            (await files.GetSpaceAsync(P(path), default)).Error.ShouldBeOneOf(StorageError.None, StorageError.NotSupported);
        }

        (await files.NamesAsync("/a")).ShouldBe("b");
        (await files.StreamedNamesAsync("/a/b")).ShouldBe("c");
        (await files.StatAsync("/a/x")).ShouldBe(StorageError.NotFound);
        (await files.TryListAsync("/a/x")).ShouldBe(StorageError.NotFound);
    }

    [Fact]
    public async Task A_link_or_a_file_where_a_directory_leads_to_mounts_is_covered()
    {
        using UserTree tree = Tree("/a/m", "/b/m", "/l/c/m");
        await tree.Of("/").MakeAsync("/else");
        await tree.Of("/").WriteFileAsync("/else/f", "x");
        await tree.Of("/").LinkAsync("/a", "else");
        await tree.Of("/").LinkAsync("/l", "else");
        await tree.Of("/").WriteFileAsync("/b", "x");
        using UserFileSystem files = tree.Open();
        foreach (string path in (string[])["/a", "/b", "/l", "/l/c"])
        {
            (await files.GetAttributesAsync(P(path), default)).Value.Type.ShouldBe(EntryType.Directory);
            (await files.GetLinkAttributesAsync(P(path), default)).Value.Type.ShouldBe(EntryType.Directory);
            (await files.NamesAsync(path)).ShouldBe(path == "/l" ? "c" : "m");
            (await files.RealPathAsync(path)).ShouldBe(path);
        }

        (await files.ListAsync("/")).ShouldAllBe(entry => entry.Attributes.Type == EntryType.Directory);
        (await files.RemoveAsync("/a")).ShouldBe(StorageError.AccessDenied);
    }

    [Fact]
    public async Task A_mount_whose_backend_fails_is_shown_as_a_directory()
    {
        using UserTree tree = Tree("/broken", "/well").Replace("/broken", new BrokenFiles());
        using UserFileSystem files = tree.Open();

        (await files.NamesAsync("/")).ShouldBe("broken well");
        (await files.StreamedNamesAsync("/")).ShouldBe("broken well");
        (await files.ListAsync("/")).ShouldAllBe(entry => entry.Attributes.Type == EntryType.Directory);
        (await files.StatAsync("/broken")).ShouldBe(StorageError.IoError);
        (await files.TryListAsync("/broken")).ShouldBe(StorageError.IoError);
    }

    [Fact]
    public async Task What_mounts_hang_on_is_never_removed_renamed_replaced_or_made()
    {
        using UserTree tree = Tree("/a/m", "/n");
        await tree.Of("/").MakeAsync("/a");
        await tree.Of("/").MakeAsync("/dir");
        await tree.Of("/").WriteFileAsync("/file", "x");
        using UserFileSystem files = tree.Open();

        foreach (string path in (string[])["/", "/a", "/a/m", "/n"])
        {
            (await files.RemoveDirectoryAsync(path)).ShouldBe(StorageError.AccessDenied);
            (await files.RemoveAsync(path)).ShouldBe(StorageError.AccessDenied);
            (await files.MoveAsync(path, "/x")).ShouldBe(StorageError.AccessDenied);
            (await files.MoveAsync("/dir", path)).ShouldBe(StorageError.AccessDenied);
            (await files.CopyAsync("/file", path)).ShouldBe(StorageError.AccessDenied);
            (await files.LinkAsync(path, "file")).ShouldBe(StorageError.AccessDenied);
            (await files.HardLinkAsync("/file", path)).ShouldBe(StorageError.AccessDenied);
        }

        foreach (string path in (string[])["/", "/a", "/a/m", "/n"])
        {
            (await files.MakeAsync(path)).ShouldBe(StorageError.AlreadyExists);
        }

        (await files.NamesAsync("/")).ShouldBe("a dir file n");
    }

    [Fact]
    public async Task To_make_where_a_mount_begins_is_refused_as_elsewhere_first()
    {
        using UserTree tree = Tree("/n", "/ro", "/x.hid").ReadOnly("/ro").Hide("/", "*.hid");
        tree.Everywhere = ["list"];
        using (UserFileSystem files = tree.Open())
        {
            (await files.MakeAsync("/n")).ShouldBe(StorageError.AccessDenied);
            (await files.MakeAsync("/")).ShouldBe(StorageError.AccessDenied);
        }

        tree.Everywhere = ["create_dirs"];
        using UserFileSystem makes = tree.Open();
        (await makes.MakeAsync("/n")).ShouldBe(StorageError.AlreadyExists);
        (await makes.MakeAsync("/ro")).ShouldBe(StorageError.ReadOnly);
        (await makes.MakeAsync("/x.hid")).ShouldBe(StorageError.NotFound);
    }

    [Fact]
    public async Task A_mount_or_a_server_that_is_read_only_refuses_every_change()
    {
        using UserTree tree = Tree("/m").ReadOnly("/m");
        await tree.Of("/m").WriteFileAsync("/f", "x");
        await tree.Of("/m").MakeAsync("/d");
        using UserFileSystem files = tree.Open();
        await AllChangesAreRefusedAsync(files, "/m");
        await files.WriteFileAsync("/elsewhere", "x");
        (await files.MoveAsync("/elsewhere", "/m/g")).ShouldBe(StorageError.ReadOnly);
        (await files.MoveAsync("/m/f", "/g")).ShouldBe(StorageError.ReadOnly);

        tree.Options = new VfsOptions { IsReadOnly = true };
        await tree.Of("/").WriteFileAsync("/f", "x");
        await tree.Of("/").MakeAsync("/d");
        using UserFileSystem nothing = tree.Open();
        await AllChangesAreRefusedAsync(nothing, "");
    }

    [Fact]
    public async Task Another_protocol_sees_the_same_files_and_is_named_in_its_events()
    {
        using UserTree tree = Tree("/m");
        using UserFileSystem files = tree.Open();
        files.For("SFTP").ShouldBeSameAs(files);
        IFileSystem scp = files.For("SCP");
        (await scp.MakeAsync("/m/d")).ShouldBe(StorageError.None);
        ((IDisposable)scp).Dispose();
        (await files.StatAsync("/m/d")).ShouldBe(StorageError.None);
        tree.Events.Select(e => (e.Kind, e.Source.Protocol, e.Source.UserName))
            .ShouldBe([(FileEventKind.CreateDirectory, "SCP", "ann"), (FileEventKind.Stat, "SFTP", "ann")]);
    }

    [Fact]
    public async Task Backends_are_let_go_once_each()
    {
        var shared = new CountedDisposals();
        var tree = new UserTree(isLocal, "/x", "/y");
        tree.Replace("/x", shared).Replace("/y", shared);
        UserFileSystem files = tree.Open();
        await Task.Yield();
        files.Dispose();
        shared.Disposals.ShouldBe(1);
        tree.Dispose();
    }

    private static async Task AllChangesAreRefusedAsync(UserFileSystem files, string at)
    {
        (await files.TryOpenAsync(at + "/f", OpenFlags.Write)).ShouldBe(StorageError.ReadOnly);
        (await files.TryOpenAsync(at + "/n", OpenFlags.Read | OpenFlags.Create)).ShouldBe(StorageError.ReadOnly);
        (await files.MakeAsync(at + "/n")).ShouldBe(StorageError.ReadOnly);
        (await files.RemoveDirectoryAsync(at + "/d")).ShouldBe(StorageError.ReadOnly);
        (await files.RemoveAsync(at + "/f")).ShouldBe(StorageError.ReadOnly);
        (await files.MoveAsync(at + "/f", at + "/n")).ShouldBe(StorageError.ReadOnly);
        (await files.CopyAsync(at + "/f", at + "/n")).ShouldBe(StorageError.ReadOnly);
        (await files.LinkAsync(at + "/n", "f")).ShouldBe(StorageError.ReadOnly);
        (await files.HardLinkAsync(at + "/f", at + "/n")).ShouldBe(StorageError.ReadOnly);
        (await files.SetAsync(at + "/f", new AttributeChanges { Size = 0 })).ShouldBe(StorageError.ReadOnly);
        (await files.SetAsync(at + "/f", new AttributeChanges { Permissions = 0 })).ShouldBe(StorageError.ReadOnly);
        (await files.ReadFileAsync(at + "/f")).ShouldBe("x");
        (await files.StatAsync(at + "/d")).ShouldBe(StorageError.None);
        (await files.StatAsync(at + "/n")).ShouldBe(StorageError.NotFound);
    }
}
