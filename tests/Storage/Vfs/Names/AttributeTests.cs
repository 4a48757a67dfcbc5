using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Names;

public sealed class AttributeTestsOverLocal() : AttributeTests(isLocal: true);

public sealed class AttributeTestsOverMemory() : AttributeTests(isLocal: false);

/// <summary>Changes of attributes: whose permission is asked, and what becomes of them.</summary>
public abstract class AttributeTests(bool isLocal)
{
    private static readonly AttributeChanges Mode = new() { Permissions = 0x1C0 };
    private static readonly AttributeChanges Times = new() { ModificationTime = new FileTime(1_000_000_000), AccessTime = new FileTime(1_000_000_000) };

    [Fact]
    public async Task A_directory_is_asked_itself_and_a_file_its_directory()
    {
        using UserTree tree = await TreeAsync();
        tree.Everywhere = ["list", "chtimes"];
        tree.Permit("/chmod", "list", "chmod").Permit("/none", "list");
        using UserFileSystem files = tree.Open();
        (await files.SetAsync("/chmod", Mode)).ShouldBe(StorageError.None);
        (await files.SetAsync("/chmod/f", Mode)).ShouldBe(StorageError.None);
        (await files.SetAsync("/f", Mode)).ShouldBe(StorageError.AccessDenied);
        (await files.SetAsync("/chmod", Times)).ShouldBe(StorageError.AccessDenied);
        (await files.SetAsync("/f", Times)).ShouldBe(StorageError.None);
        (await files.SetAsync("/none", Times)).ShouldBe(StorageError.AccessDenied);
        (await files.SetAsync("/none/f", Times)).ShouldBe(StorageError.AccessDenied);
        (await files.SetAsync("/chmod/none", Mode)).ShouldBe(StorageError.NotFound);
        (await files.SetLinkAttributesAsync(P("/f"), Times, default).ErrorAsync()).ShouldBe(StorageError.None);
        (await files.SetLinkAttributesAsync(P("/none"), Times, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
    }

    [Fact]
    public async Task Who_may_list_a_directory_sees_its_attributes_whatever_is_allowed_above_it()
    {
        using UserTree tree = new UserTree(isLocal, "/in", "/up/in").Permit("/open", "list").Permit("/in", "*").Permit("/up/in", "list").Permit("/f", "list").Permit("/l", "list").Permit("/none", "list");
        tree.Everywhere = ["upload"];
        await tree.Of("/").MakeAsync("/open");
        await tree.Of("/").MakeAsync("/closed");
        await tree.Of("/").WriteFileAsync("/f", "x");
        await tree.Of("/").LinkAsync("/l", "open");
        await tree.Of("/in").WriteFileAsync("/f", "x");
        using UserFileSystem files = tree.Open();
        foreach (string path in (string[])["/in", "/in/f", "/open", "/up/in"])
        {
            (await files.StatAsync(path)).ShouldBe(StorageError.None);
            (await files.LinkStatAsync(path)).ShouldBe(StorageError.None);
        }

        foreach (string path in (string[])["/", "/up", "/closed", "/f", "/other"])
        {
            (await files.StatAsync(path)).ShouldBe(StorageError.AccessDenied);
            (await files.LinkStatAsync(path)).ShouldBe(StorageError.AccessDenied);
        }

        (await files.LinkStatAsync("/l")).ShouldBe(StorageError.AccessDenied);
        (await files.StatAsync("/none")).ShouldBe(StorageError.NotFound);
        (await files.TryListAsync("/none")).ShouldBe(StorageError.NotFound);
        tree.Events.Count(e => e.Kind == FileEventKind.Stat && e.Outcome == StorageError.AccessDenied).ShouldBe(11);
    }

    [Fact]
    public async Task A_size_needs_overwrite_in_the_directory_of_the_file()
    {
        using UserTree tree = await TreeAsync();
        tree.Everywhere = ["list", "chmod"];
        tree.Permit("/chmod", "overwrite");
        using UserFileSystem files = tree.Open();
        (await files.SetAsync("/f", new AttributeChanges { Size = 0 })).ShouldBe(StorageError.AccessDenied);
        (await files.SetAsync("/chmod/f", new AttributeChanges { Size = 0 })).ShouldBe(StorageError.None);
        (await files.SetAsync("/chmod/f", new AttributeChanges { Size = 0, Permissions = 0x1FF })).ShouldBe(StorageError.AccessDenied);
    }

    [Fact]
    public async Task Ignored_changes_are_permitted_first_and_then_left_out_but_for_the_size()
    {
        using UserTree tree = await TreeAsync();
        tree.Options = new VfsOptions { SetStatMode = SetStatMode.Ignore };
        tree.Permit("/none", "list");
        using UserFileSystem files = tree.Open();
        uint before = (await files.GetAttributesAsync(P("/f"), default)).Value.Mode;
        (await files.SetAsync("/f", Mode with { Size = 1 })).ShouldBe(StorageError.None);
        (await files.SetAsync("/f", Mode)).ShouldBe(StorageError.None);
        (await files.SetAsync("/f", Times)).ShouldBe(StorageError.None);
        (await files.SetAsync("/none/f", Mode)).ShouldBe(StorageError.AccessDenied);
        EntryAttributes after = (await files.GetAttributesAsync(P("/f"), default)).Value;
        after.Mode.ShouldBe(before);
        after.ModificationTime.Seconds.ShouldNotBe(1_000_000_000);
        after.Size.ShouldBe(1);
        tree.Events.Select(e => e.Kind).Where(kind => kind != FileEventKind.Stat).ShouldBe(
            [FileEventKind.Truncate, FileEventKind.ChangeMode, FileEventKind.ChangeTimes, FileEventKind.ChangeMode]);
    }

    [Theory]
    [InlineData(SetStatMode.Apply, StorageError.NotSupported)]
    [InlineData(SetStatMode.IgnoreUnsupported, StorageError.None)]
    public async Task What_the_storage_cannot_do_may_be_ignored(SetStatMode mode, StorageError expected)
    {
        using UserTree tree = await TreeAsync();
        tree.Options = new VfsOptions { SetStatMode = mode };
        IFileSystem plain = tree.Of("/");
        tree.Replace("/", new SizesOnly(plain));
        using (UserFileSystem files = tree.Open())
        {
            (await files.SetAsync("/f", Mode)).ShouldBe(expected);
            (await files.SetAsync("/f", Times with { Size = 2 })).ShouldBe(expected);
            (await files.SetAsync("/f", new AttributeChanges { Size = 3 })).ShouldBe(StorageError.None);
        }

        (plain as IDisposable)?.Dispose();
    }

    private async Task<UserTree> TreeAsync()
    {
        var tree = new UserTree(isLocal);
        foreach (string directory in (string[])["", "/chmod", "/none"])
        {
            await tree.Of("/").MakeAsync(directory + "/");
            await tree.Of("/").WriteFileAsync(directory + "/f", "content");
        }

        return tree;
    }

    /// <summary>A backend that can set nothing but sizes.</summary>
    private sealed class SizesOnly(IFileSystem plain) : BrokenFiles, IFileSystem
    {
        public IFileSystem WithoutLinks => this;

        public new ValueTask<StorageResult> SetAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) =>
            changes == new AttributeChanges { Size = changes.Size }
                ? plain.SetAttributesAsync(path, changes, ct)
                : ValueTask.FromResult<StorageResult>(StorageError.NotSupported);
    }
}
