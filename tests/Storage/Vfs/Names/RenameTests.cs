using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Names;
using Hpc.Storage.Vfs.Policy;
using Hpc.Storage.Vfs.Uploads;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Names;

public sealed class RenameTestsOverLocal() : RenameTests(isLocal: true);

public sealed class RenameTestsOverMemory() : RenameTests(isLocal: false);

/// <summary>Renames, with what their directories hold.</summary>
public abstract class RenameTests(bool isLocal)
{
    [Fact]
    public async Task A_directory_moves_with_its_content_where_the_rules_are_the_same()
    {
        using UserTree tree = await TreeAsync("/src/a/b", "/dst");
        await tree.Of("/").WriteFileAsync("/src/a/b/f", "x");
        using UserFileSystem files = tree.Open();
        (await files.MoveAsync("/src/a", "/dst/a")).ShouldBe(StorageError.None);
        (await files.ReadFileAsync("/dst/a/b/f")).ShouldBe("x");
        (await files.MoveAsync("/dst/a", "/dst/a/b/c")).ShouldBe(StorageError.InvalidArgument);
    }

    [Theory]
    [InlineData("rename_dirs", true)]
    [InlineData("rename", false)]
    public async Task A_directory_with_files_needs_both_halves_of_rename(string held, bool isRefused)
    {
        using UserTree tree = await TreeAsync("/src/a/b", "/src/empty/b", "/dst");
        tree.Everywhere = ["list", held];
        await tree.Of("/").WriteFileAsync("/src/a/b/f", "x");
        using UserFileSystem files = tree.Open();
        (await files.MoveAsync("/src/empty", "/dst/empty")).ShouldBe(StorageError.None);
        (await files.MoveAsync("/src/a", "/dst/a")).ShouldBe(isRefused ? StorageError.AccessDenied : StorageError.None);
    }

    [Fact]
    public async Task Rules_below_the_source_or_the_target_are_asked_entry_by_entry()
    {
        using UserTree tree = await TreeAsync("/src/open/x", "/src/a/kept", "/src/c/deep/fixed", "/dst", "/narrow");
        tree.Permit("/src/a/kept", "list").Permit("/narrow", "rename_dirs", "list").Permit("/dst/c/deep", "list", "upload");
        await tree.Of("/").WriteFileAsync("/src/a/kept/f", "x");
        await tree.Of("/").WriteFileAsync("/src/open/x/f", "x");
        using UserFileSystem files = tree.Open();
        (await files.MoveAsync("/src/a", "/dst/a")).ShouldBe(StorageError.AccessDenied);
        (await files.MoveAsync("/src", "/dst/src")).ShouldBe(StorageError.AccessDenied);
        (await files.MoveAsync("/src/open", "/narrow/open")).ShouldBe(StorageError.AccessDenied);
        (await files.MoveAsync("/src/c", "/dst/c")).ShouldBe(StorageError.AccessDenied);
        (await files.MoveAsync("/src/c", "/dst/d")).ShouldBe(StorageError.None);
        (await files.RemoveAsync("/src/open/x/f")).ShouldBe(StorageError.None);
        (await files.MoveAsync("/src/open", "/narrow/open")).ShouldBe(StorageError.None);
        (await tree.Of("/").StatAsync("/src/a/kept/f")).ShouldBe(StorageError.None);
    }

    [Fact] // R4.4
    public async Task A_directory_whose_entries_may_not_be_renamed_stays_with_them()
    {
        using UserTree tree = await TreeAsync("/full", "/empty");
        tree.Permit("/*");
        await tree.Of("/").WriteFileAsync("/full/f", "x");
        await tree.Of("/").WriteFileAsync("/file", "x");
        using UserFileSystem files = tree.Open();
        (await files.MoveAsync("/full", "/moved")).ShouldBe(StorageError.AccessDenied);
        (await tree.Of("/").StatAsync("/full/f")).ShouldBe(StorageError.None);
        (await files.MoveAsync("/empty", "/moved")).ShouldBe(StorageError.None);
        (await files.MoveAsync("/file", "/renamed")).ShouldBe(StorageError.None);
    }

    [Theory]
    [InlineData("/pub/door", "/pub/door")]
    [InlineData("/pub/door", "/pub")]
    [InlineData("/pub", "/pub/door")]
    public async Task Entries_are_judged_through_a_link_both_as_written_and_where_it_leads(string from, string to)
    {
        foreach (bool isWritten in (bool[])[true, false])
        {
            using UserTree tree = await TreeAsync("/pub", "/vault");
            tree.Everywhere = isWritten ? ["list", "rename_dirs"] : ["*"];
            tree.Permit("/vault", isWritten ? ["*"] : ["list", "rename_dirs"]);
            (await tree.Of("/").LinkAsync("/pub/door", "../vault")).ShouldBe(StorageError.None);
            string real = from.Replace("/pub/door", "/vault", StringComparison.Ordinal);
            foreach (string directory in (string[])["/full", "/empty"])
            {
                await tree.Of("/").MakeAsync(real + directory);
            }

            await tree.Of("/").WriteFileAsync(real + "/full/f", "x");
            using UserFileSystem files = tree.Open();
            (await files.MoveAsync(from + "/full", to + "/moved")).ShouldBe(StorageError.AccessDenied);
            (await tree.Of("/").StatAsync(real + "/full/f")).ShouldBe(StorageError.None);
            (await files.MoveAsync(from + "/empty", to + "/moved")).ShouldBe(StorageError.None);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Names_that_are_or_would_be_hidden_or_denied_hold_their_directory(bool hides)
    {
        using UserTree tree = await TreeAsync("/src/a/b", "/src/clean", "/dst", "/rules");
        _ = hides ? tree.Hide("/rules", "*.bad") : tree.Deny("/rules", "*.bad");
        await tree.Of("/").WriteFileAsync("/src/a/b/x.bad", "x");
        await tree.Of("/").WriteFileAsync("/src/clean/x.good", "x");
        await tree.Of("/").MakeAsync("/rules/in");
        await tree.Of("/").WriteFileAsync("/rules/in/x.bad", "x");
        using UserFileSystem files = tree.Open();
        (await files.MoveAsync("/src/a", "/rules/a")).ShouldBe(StorageError.AccessDenied);
        (await files.MoveAsync("/rules/in", "/dst/in")).ShouldBe(StorageError.AccessDenied);
        (await files.MoveAsync("/src/clean", "/rules/clean")).ShouldBe(StorageError.None);
        (await files.MoveAsync("/src/a", "/dst/a")).ShouldBe(StorageError.None);
    }

    [Fact]
    public async Task A_temporary_on_its_way_does_not_hold_its_directory()
    {
        using UserTree tree = await TreeAsync("/src/a", "/rules");
        tree.Hide("/rules", "*.bad");
        await tree.Of("/").WriteFileAsync("/src/a/.hpc-upload.00000000-1.f", "x");
        using UserFileSystem files = tree.Open();
        (await files.MoveAsync("/src/a", "/rules/a")).ShouldBe(StorageError.None);
        (await files.NamesAsync("/rules/a")).ShouldBe("");
    }

    [Theory]
    [InlineData("x.bad", true)]
    [InlineData("x.good", false)]
    public async Task An_upload_on_its_way_is_judged_by_the_name_that_it_is_to_have(string name, bool isRefused)
    {
        foreach (string full in (string[])[name, new string('y', 250 - name.Length) + name])
        {
            using UserTree tree = await TreeAsync("/src/a/b", "/rules");
            tree.Deny("/rules", "*.bad").Options = new VfsOptions { UploadMode = UploadMode.Atomic };
            using UserFileSystem files = tree.Open();
            IFileHandle upload = (await files.OpenFileAsync(P("/src/a/b/" + full), OpenFlags.Write | OpenFlags.Create, null, default)).Value;
            await using (upload)
            {
                (await files.MoveAsync("/src/a", "/rules/a")).ShouldBe(isRefused ? StorageError.AccessDenied : StorageError.None);
                (await upload.CloseAsync()).Error.ShouldBe(StorageError.None);
            }

            (await tree.Of("/").StatAsync((isRefused ? "/src" : "/rules") + "/a/b/" + full)).ShouldBe(StorageError.None);
        }
    }

    [Fact]
    public async Task An_upload_on_its_way_needs_the_right_to_rename_files_too()
    {
        using UserTree tree = await TreeAsync("/src/a", "/narrow");
        tree.Permit("/narrow", "list", "rename_dirs").Options = new VfsOptions { UploadMode = UploadMode.Atomic };
        using UserFileSystem files = tree.Open();
        IFileHandle upload = (await files.OpenFileAsync(P("/src/a/f"), OpenFlags.Write | OpenFlags.Create, null, default)).Value;
        await using (upload)
        {
            (await files.MoveAsync("/src/a", "/narrow/a")).ShouldBe(StorageError.AccessDenied);
        }

        (await files.MoveAsync("/src/a", "/narrow/a")).ShouldBe(StorageError.None);
    }

    [Fact]
    public async Task A_tree_too_large_to_judge_is_refused()
    {
        using UserTree tree = await TreeAsync("/src/a", "/src/b");
        using UserFileSystem files = tree.Open();
        var policy = PathPolicy.Create(PermissionSet.Full, PatternSet.Empty, [VirtualPath.Root]);
        var renamed = new RenamedPath(P("/src"), P("/dst"));
        var exact = new RenameWalk(policy, tree.Of("/"), new PendingUploads(), mostEntries: 2);
        (await exact.JudgeAsync(P("/src"), renamed, renamed, default)).Error.ShouldBe(StorageError.None);
        var small = new RenameWalk(policy, tree.Of("/"), new PendingUploads(), mostEntries: 1);
        (await small.JudgeAsync(P("/src"), renamed, renamed, default)).Error.ShouldBe(StorageError.LimitReached);
    }

    [Fact]
    public async Task Replacing_needs_overwrite_and_a_rename_to_itself_replaces_nothing()
    {
        using UserTree tree = await TreeAsync("/keep");
        tree.Permit("/keep", "rename", "list");
        await tree.Of("/").WriteFileAsync("/keep/a", "a");
        await tree.Of("/").WriteFileAsync("/keep/b", "b");
        await tree.Of("/").WriteFileAsync("/c", "c");
        using UserFileSystem files = tree.Open();
        (await files.MoveAsync("/keep/a", "/keep/b")).ShouldBe(StorageError.AccessDenied);
        (await files.MoveAsync("/keep/a", "/keep/b", RenameMode.NoReplace)).ShouldBe(StorageError.AlreadyExists);
        (await files.MoveAsync("/c", "/keep/b")).ShouldBe(StorageError.AccessDenied);
        (await files.MoveAsync("/keep/a", "/keep/a")).ShouldBe(StorageError.None);
        (await files.MoveAsync("/keep/a", "/c")).ShouldBe(StorageError.None);
        (await files.ReadFileAsync("/c")).ShouldBe("a");
        (await files.MoveAsync("/c", "/keep/new")).ShouldBe(StorageError.None);
        (await files.MoveAsync("/keep/none", "/keep/x")).ShouldBe(StorageError.NotFound);
    }

    private async Task<UserTree> TreeAsync(params string[] directories)
    {
        var tree = new UserTree(isLocal);
        foreach (string directory in directories)
        {
            VirtualPath path = VirtualPath.Root;
            foreach (string name in directory.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                path = path.Combine(name);
                (await tree.Of("/").MakeAsync(path.ToString())).ShouldBeOneOf(StorageError.None, StorageError.AlreadyExists);
            }
        }

        return tree;
    }
}
