using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Names;

public sealed class FixedPathTestsOverLocal() : FixedPathTests(isLocal: true);

public sealed class FixedPathTestsOverMemory() : FixedPathTests(isLocal: false);

/// <summary>Where another mount has its files, a directory keeps its name (R3.18), however it is spelled.</summary>
public abstract class FixedPathTests(bool isLocal)
{
    private const OpenFlags Upload = OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_and_what_leads_to_it_is_never_removed_renamed_or_replaced(bool isReadOnly)
    {
        using UserTree tree = await TreeAsync(isReadOnly);
        using UserFileSystem files = tree.Open();
        foreach (string path in (string[])["/a", "/a/b", "/up/a", "/up/a/b", "/in/b", "/a/up/a"])
        {
            (await files.MoveAsync(path, "/gone")).ShouldBeOneOf(StorageError.AccessDenied, StorageError.ReadOnly);
            (await files.MoveAsync("/other", path)).ShouldBeOneOf(StorageError.AccessDenied, StorageError.ReadOnly);
            (await files.RemoveDirectoryAsync(path)).ShouldBeOneOf(StorageError.AccessDenied, StorageError.ReadOnly);
            (await files.RemoveAsync(path)).ShouldBeOneOf(StorageError.AccessDenied, StorageError.ReadOnly);
            (await files.StatAsync(path)).ShouldBe(StorageError.None);
        }

        (await files.NamesAsync("/")).ShouldBe("a in m other up");
        (await files.MoveAsync("/a/next", "/a/renamed")).ShouldBe(StorageError.None);
        (await files.MoveAsync("/in", "/out")).ShouldBe(StorageError.None);
    }

    [Fact]
    public async Task What_is_in_it_may_be_changed()
    {
        using UserTree tree = await TreeAsync(isReadOnly: false);
        using UserFileSystem files = tree.Open();
        (await files.TryOpenAsync("/a/b/f", Upload)).ShouldBe(StorageError.None);
        (await files.MoveAsync("/a/b/f", "/a/g")).ShouldBe(StorageError.None);
        (await files.MoveAsync("/a/b/d", "/in/d2")).ShouldBe(StorageError.None);
    }

    [Fact]
    public async Task Nothing_is_changed_in_it_where_the_other_mount_takes_no_change()
    {
        using UserTree tree = await TreeAsync(isReadOnly: true);
        using UserFileSystem files = tree.Open();
        foreach (string path in (string[])["/a/b/f", "/up/a/b/f", "/in/b/f", "/a/b/d/x"])
        {
            (await files.TryOpenAsync(path, Upload)).ShouldBe(StorageError.ReadOnly);
            (await files.MakeAsync(path)).ShouldBe(StorageError.ReadOnly);
            (await files.LinkAsync(path, "/other")).ShouldBe(StorageError.ReadOnly);
            (await files.RemoveAsync(path)).ShouldBe(StorageError.ReadOnly);
            (await files.MoveAsync(path, "/gone")).ShouldBe(StorageError.ReadOnly);
            (await files.MoveAsync("/other", path)).ShouldBe(StorageError.ReadOnly);
            (await files.CopyAsync("/file", path)).ShouldNotBe(StorageError.None);
            (await files.HardLinkAsync(path, "/hard")).ShouldBe(StorageError.ReadOnly);
            (await files.SetAsync(path, new AttributeChanges { Permissions = 0x1B6 })).ShouldBe(StorageError.ReadOnly);
            (await files.TryOpenAsync(path, OpenFlags.Read | OpenFlags.Create)).ShouldBe(path.EndsWith('x') ? StorageError.ReadOnly : StorageError.None);
        }

        await using (IFileHandle file = (await files.OpenFileAsync(P("/a/b/f"), OpenFlags.Read, null, default)).Value)
        {
            (await file.SetAttributesAsync(new AttributeChanges { Permissions = 0x1B6 }, default)).Error.ShouldBe(StorageError.AccessDenied);
            await file.CloseAsync();
        }

        (await files.ReadFileAsync("/a/b/f")).ShouldBe("f");
        (await files.NamesAsync("/a/b")).ShouldBe("d f");
        (await files.CopyAsync("/a/b/f", "/copy")).ShouldBe(StorageError.None);
    }

    [Fact]
    public async Task A_mount_below_it_has_rules_of_its_own()
    {
        using UserTree tree = new UserTree(isLocal, "/a/b/c") { Fixed = [new FixedPath(P("/a"), IsReadOnly: true)] };
        await tree.Of("/").MakeAsync("/a");
        using UserFileSystem files = tree.Open();
        (await files.MakeAsync("/a/x")).ShouldBe(StorageError.ReadOnly);
        (await files.MakeAsync("/a/b/c/x")).ShouldBe(StorageError.None);
    }

    // The directory of "/m" is said to be "/a/b"; "/up" and "/a/up" lead to "/", "/in" to "/a".
    private async Task<UserTree> TreeAsync(bool isReadOnly)
    {
        var tree = new UserTree(isLocal, "/m") { Fixed = [new FixedPath(P("/a/b"), isReadOnly)] };
        IFileSystem root = tree.Of("/");
        foreach (string directory in (string[])["/a", "/a/b", "/a/b/d", "/a/next", "/other"])
        {
            await root.MakeAsync(directory);
        }

        await root.WriteFileAsync("/a/b/f", "f");
        (await root.LinkAsync("/up", ".")).ShouldBe(StorageError.None);
        (await root.LinkAsync("/a/up", "..")).ShouldBe(StorageError.None);
        (await root.LinkAsync("/in", "a")).ShouldBe(StorageError.None);
        return tree;
    }
}
