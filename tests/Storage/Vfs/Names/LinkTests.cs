using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Names;

public sealed class LinkTestsOverLocal() : LinkTests(isLocal: true);

public sealed class LinkTestsOverMemory() : LinkTests(isLocal: false);

/// <summary>A link gives no right that the place it leads to does not give.</summary>
public abstract class LinkTests(bool isLocal)
{
    private const OpenFlags Upload = OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate;

    /// <summary><c>/pub</c> allows everything, <c>/drop</c> uploads, <c>/look</c> listing; <c>*.hid</c> is hidden; <c>/m</c> is a mount. The links are there without the user's doing.</summary>
    private async Task<UserTree> TreeAsync()
    {
        UserTree tree = new UserTree(isLocal, "/m").Permit("/drop", "upload").Permit("/look", "list").Hide("/", "*.hid");
        IFileSystem root = tree.Of("/");
        foreach (string directory in (string[])["/pub", "/drop", "/look", "/m", "/dir.hid", "/pub/sub"])
        {
            await root.MakeAsync(directory);
        }

        foreach (string file in (string[])["/pub/f", "/pub/sub/f", "/drop/f", "/look/f", "/m/covered", "/x.hid", "/dir.hid/f", "/f"])
        {
            await root.WriteFileAsync(file, file);
        }

        await tree.Of("/m").WriteFileAsync("/f", "mount");
        foreach ((string link, string target) in (ReadOnlySpan<(string, string)>)
            [("/pub/same", "sub"), ("/pub/drop", "../drop"), ("/pub/look", "../look"), ("/pub/hid", "../dir.hid"), ("/pub/m", "../m"),
             ("/pub/f-drop", "../drop/f"), ("/pub/f-look", "../look/f"), ("/pub/f-hid", "../x.hid"), ("/pub/f-m", "../m/covered"), ("/pub/f-same", "sub/f"),
             ("/pub/loop", "loop"), ("/pub/chain", "chain2/f"), ("/pub/chain2", "../look"), ("/pub/new", "sub/new"), ("/pub/new-look", "../look/new")])
        {
            root.CreateSymbolicLinkAsync(P(link), target, default).AsTask().GetAwaiter().GetResult().IsSuccess.ShouldBeTrue();
        }

        return tree;
    }

    [Fact]
    public async Task A_link_to_a_place_with_the_same_rules_is_followed()
    {
        using UserTree tree = await TreeAsync();
        using UserFileSystem files = tree.Open();
        (await files.ReadFileAsync("/pub/f-same")).ShouldBe("/pub/sub/f");
        (await files.ReadFileAsync("/pub/same/f")).ShouldBe("/pub/sub/f");
        (await files.NamesAsync("/pub/same")).ShouldBe("f");
        (await files.StreamedNamesAsync("/pub/same")).ShouldBe("f");
        (await files.GetAttributesAsync(P("/pub/same"), default)).Value.Type.ShouldBe(EntryType.Directory);
        (await files.GetLinkAttributesAsync(P("/pub/same"), default)).Value.Type.ShouldBe(EntryType.SymbolicLink);
        (await files.RealPathAsync("/pub/same/f")).ShouldBe("/pub/sub/f");
        (await files.ReadLinkAsync("/pub/same")).ShouldBe("sub");
        (await files.MakeAsync("/pub/same/made")).ShouldBe(StorageError.None);
        (await files.MoveAsync("/pub/same/made", "/pub/moved")).ShouldBe(StorageError.None);
        (await files.MoveAsync("/pub/moved", "/pub/same/back")).ShouldBe(StorageError.None);
        (await files.RemoveDirectoryAsync("/pub/same/back")).ShouldBe(StorageError.None);
        (await files.LinkAsync("/pub/same/l", "f")).ShouldBe(StorageError.None);
        (await files.ReadFileAsync("/pub/same/l")).ShouldBe("/pub/sub/f");
        (await files.HardLinkAsync("/pub/same/f", "/pub/hard")).ShouldBe(StorageError.None);
        (await files.SetAsync("/pub/f-same", new AttributeChanges { Size = 4 })).ShouldBe(StorageError.None);
        (await files.ReadFileAsync("/pub/hard")).ShouldBe("/pub");
        (await files.TryOpenAsync("/pub/new", Upload)).ShouldBe(StorageError.None);
        (await tree.Of("/").StatAsync("/pub/sub/new")).ShouldBe(StorageError.None);
        (await files.RemoveAsync("/pub/f-same")).ShouldBe(StorageError.None);
        (await files.StatAsync("/pub/sub/f")).ShouldBe(StorageError.None);
    }

    [Fact]
    public async Task A_link_to_a_place_with_fewer_rights_gives_only_those_of_both()
    {
        using UserTree tree = await TreeAsync();
        using UserFileSystem files = tree.Open();
        (await files.StatAsync("/pub/f-look")).ShouldBe(StorageError.None);
        (await files.NamesAsync("/pub/look")).ShouldBe("f");
        (await files.TryOpenAsync("/pub/f-look")).ShouldBe(StorageError.AccessDenied);
        (await files.TryOpenAsync("/pub/look/f")).ShouldBe(StorageError.AccessDenied);
        (await files.TryOpenAsync("/pub/chain")).ShouldBe(StorageError.AccessDenied);
        (await files.TryOpenAsync("/pub/new-look", Upload)).ShouldBe(StorageError.AccessDenied);
        (await files.TryOpenAsync("/pub/look/new", Upload)).ShouldBe(StorageError.AccessDenied);
        (await files.RemoveAsync("/pub/look/f")).ShouldBe(StorageError.AccessDenied);
        (await files.MoveAsync("/pub/f", "/pub/look/g")).ShouldBe(StorageError.AccessDenied);
        (await files.MoveAsync("/pub/look/f", "/pub/g")).ShouldBe(StorageError.AccessDenied);
        (await files.HardLinkAsync("/pub/look/f", "/pub/g")).ShouldBe(StorageError.AccessDenied);
        (await files.CopyAsync("/pub/f-look", "/pub/g")).ShouldBe(StorageError.AccessDenied);
        (await files.SetAsync("/pub/f-look", new AttributeChanges { Size = 0 })).ShouldBe(StorageError.AccessDenied);
        (await files.SetAsync("/pub/f-look", new AttributeChanges { Permissions = 0 })).ShouldBe(StorageError.AccessDenied);
        (await files.StatAsync("/pub/f-drop")).ShouldBe(StorageError.AccessDenied);
        (await files.TryListAsync("/pub/drop")).ShouldBe(StorageError.AccessDenied);
        (await files.TryOpenAsync("/pub/f-drop")).ShouldBe(StorageError.AccessDenied);
        (await files.TryOpenAsync("/pub/f-drop", Upload)).ShouldBe(StorageError.AccessDenied);
        (await files.TryOpenAsync("/pub/drop/new", Upload)).ShouldBe(StorageError.None);
        (await files.RealPathAsync("/pub/f-drop")).ShouldBe("/pub/f-drop");
        (await tree.Of("/").ReadFileAsync("/drop/f")).ShouldBe("/drop/f");
        (await tree.Of("/").ReadFileAsync("/look/f")).ShouldBe("/look/f");
    }

    [Fact]
    public async Task A_link_to_what_is_hidden_finds_nothing()
    {
        using UserTree tree = await TreeAsync();
        using UserFileSystem files = tree.Open();
        foreach (string path in (string[])["/pub/f-hid", "/pub/hid", "/pub/hid/f"])
        {
            (await files.StatAsync(path)).ShouldBe(StorageError.NotFound);
            (await files.TryOpenAsync(path)).ShouldBe(StorageError.NotFound);
            (await files.TryOpenAsync(path, Upload)).ShouldBe(StorageError.NotFound);
            (await files.TryListAsync(path)).ShouldBe(StorageError.NotFound);
            (await files.RealPathAsync(path)).ShouldBe(path);
        }

        (await files.ReadSymbolicLinkAsync(P("/pub/f-hid"), default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        (await files.LinkStatAsync("/pub/f-hid")).ShouldBe(StorageError.None);
        (await files.LinkStatAsync("/pub/hid/f")).ShouldBe(StorageError.NotFound);
        (await files.RemoveAsync("/pub/f-hid")).ShouldBe(StorageError.None);
    }

    [Fact]
    public async Task A_link_leads_neither_into_another_mount_nor_below_it()
    {
        using UserTree tree = await TreeAsync();
        using UserFileSystem files = tree.Open();
        foreach (string path in (string[])["/pub/f-m", "/pub/m/covered", "/pub/m/f", "/pub/m"])
        {
            (await files.StatAsync(path)).ShouldBe(StorageError.AccessDenied);
            (await files.TryOpenAsync(path)).ShouldBe(StorageError.AccessDenied);
            (await files.RealPathAsync(path)).ShouldBe(path);
        }

        (await files.ReadFileAsync("/m/f")).ShouldBe("mount");
    }

    [Fact]
    public async Task A_link_that_turns_in_a_circle_is_refused()
    {
        using UserTree tree = await TreeAsync();
        using UserFileSystem files = tree.Open();
        (await files.StatAsync("/pub/loop")).ShouldBe(StorageError.AccessDenied);
        (await files.TryOpenAsync("/pub/loop/x")).ShouldBe(StorageError.AccessDenied);
        (await files.RealPathAsync("/pub/loop")).ShouldBe("/pub/loop");
    }

    [Fact]
    public async Task A_link_is_made_only_to_where_links_may_be_made()
    {
        using UserTree tree = await TreeAsync();
        using UserFileSystem files = tree.Open();
        (await files.LinkAsync("/pub/l", "../look/f")).ShouldBe(StorageError.AccessDenied);
        (await files.LinkAsync("/pub/l", "/drop/f")).ShouldBe(StorageError.AccessDenied);
        (await files.LinkAsync("/look/l", "/pub/f")).ShouldBe(StorageError.AccessDenied);
        (await files.LinkAsync("/pub/l", "/x.hid")).ShouldBe(StorageError.NotFound);
        (await files.LinkAsync("/pub/l", "../dir.hid/f")).ShouldBe(StorageError.NotFound);
        (await files.LinkAsync("/pub/l", "/m/f")).ShouldBe(StorageError.AccessDenied);
        (await files.LinkAsync("/pub/l", "/m")).ShouldBe(StorageError.AccessDenied);
        (await files.LinkAsync("/pub/l", "/")).ShouldBe(StorageError.AccessDenied);
        (await files.LinkAsync("/pub/l", "..")).ShouldBe(StorageError.AccessDenied);
        (await files.LinkAsync("/m/l", "/pub/f")).ShouldBe(StorageError.AccessDenied);
        (await files.LinkAsync("/m/l", "../pub/f")).ShouldBe(StorageError.AccessDenied);
        (await files.LinkAsync("/m/l", ".")).ShouldBe(StorageError.AccessDenied);
        (await files.LinkAsync("/pub/l", "")).ShouldBe(StorageError.InvalidArgument);
        (await tree.Of("/").LinkStatAsync("/pub/l")).ShouldBe(StorageError.NotFound);

        (await files.LinkAsync("/pub/l", "/pub/sub/f")).ShouldBe(StorageError.None);
        (await files.ReadFileAsync("/pub/l")).ShouldBe("/pub/sub/f");
        (await files.LinkAsync("/pub/nowhere", "not/there")).ShouldBe(StorageError.None);
    }

    [Fact]
    public async Task A_link_within_a_mount_is_stored_below_the_mount_and_shown_in_the_users_tree()
    {
        using var tree = new UserTree(isLocal, "/u1", "/u10");
        await tree.Of("/u1").MakeAsync("/d");
        await tree.Of("/u1").WriteFileAsync("/f", "one");
        await tree.Of("/u10").WriteFileAsync("/f", "ten");
        using UserFileSystem files = tree.Open();
        (await files.LinkAsync("/u1/d/l", "/u1/f")).ShouldBe(StorageError.None);
        (await files.ReadFileAsync("/u1/d/l")).ShouldBe("one");
        (await files.RealPathAsync("/u1/d/l")).ShouldBe("/u1/f");
        (await tree.Of("/u1").RealPathAsync("/d/l")).ShouldBe("/f");
        string shown = await files.ReadLinkAsync("/u1/d/l");
        VirtualPath.TryParse(shown, P("/u1/d"), out VirtualPath target).ShouldBeTrue();
        target.ShouldBe(P("/u1/f"));
        (await files.LinkAsync("/u1/x", "/u10/f")).ShouldBe(StorageError.AccessDenied);
        (await files.LinkAsync("/u1/x", "../u10/f")).ShouldBe(StorageError.AccessDenied);
        (await files.LinkAsync("/u1/x", "/u1")).ShouldBe(StorageError.AccessDenied);
    }

    [Fact]
    public async Task A_hard_link_stays_in_its_mount_and_gives_no_new_right()
    {
        using UserTree tree = await TreeAsync();
        tree.Permit("/read", "download", "list").Permit("/make", "create_symlinks", "list");
        await tree.Of("/").MakeAsync("/read");
        await tree.Of("/").MakeAsync("/make");
        await tree.Of("/").WriteFileAsync("/read/f", "r");
        using UserFileSystem files = tree.Open();
        (await files.HardLinkAsync("/pub/f", "/m/g")).ShouldBe(StorageError.CrossDevice);
        (await files.HardLinkAsync("/drop/f", "/pub/g")).ShouldBe(StorageError.AccessDenied);
        (await files.HardLinkAsync("/pub/f", "/look/g")).ShouldBe(StorageError.AccessDenied);
        (await files.HardLinkAsync("/read/f", "/pub/g")).ShouldBe(StorageError.AccessDenied);
        (await files.HardLinkAsync("/read/f", "/make/g")).ShouldBe(StorageError.AccessDenied);
        (await files.HardLinkAsync("/pub/f", "/make/g")).ShouldBe(StorageError.None);
        (await files.HardLinkAsync("/pub/f", "/pub/g")).ShouldBe(StorageError.None);
    }

    [Theory]
    [InlineData("", "overwrite")]
    [InlineData("", "chmod")]
    [InlineData("overwrite", "")]
    [InlineData("overwrite", "overwrite")]
    public async Task A_hard_link_through_a_link_needs_all_rights_both_as_written_and_where_it_leads(string missing, string missingInVault)
    {
        using var tree = new UserTree(isLocal);
        tree.Everywhere = AllBut(missing);
        tree.Permit("/vault", AllBut(missingInVault));
        foreach (string directory in (string[])["/sub", "/vault"])
        {
            await tree.Of("/").MakeAsync(directory);
            await tree.Of("/").WriteFileAsync(directory + "/f", "kept");
        }

        (await tree.Of("/").LinkAsync("/sub/door", "../vault")).ShouldBe(StorageError.None);
        using UserFileSystem files = tree.Open();
        StorageError intoVault = missing.Length > 0 && missingInVault.Length == 0 ? StorageError.AccessDenied : StorageError.None;
        StorageError ofVault = missing == missingInVault ? StorageError.None : StorageError.AccessDenied;
        (await files.HardLinkAsync("/sub/f", "/sub/door/g")).ShouldBe(intoVault);
        (await files.HardLinkAsync("/sub/door/f", "/sub/g")).ShouldBe(ofVault);
        (await files.HardLinkAsync("/sub/door/f", "/sub/door/h")).ShouldBe(ofVault);
        (await tree.Of("/").StatAsync("/vault/g")).ShouldBe(intoVault == StorageError.None ? StorageError.None : StorageError.NotFound);
    }

    private static string[] AllBut(string missing) => [.. PermissionNames.All.Where(name => name is not ("*" or "delete" or "rename") && name != missing)];
}
