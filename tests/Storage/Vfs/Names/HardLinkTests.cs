using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;

namespace Hpc.Storage.Tests.Vfs.Names;

public sealed class HardLinkTestsOverLocal() : HardLinkTests(isLocal: true);

public sealed class HardLinkTestsOverMemory() : HardLinkTests(isLocal: false);

/// <summary>A further name goes wherever its user may rename it to, so it is made only of what has all the rights to content that there are somewhere.</summary>
public abstract class HardLinkTests(bool isLocal)
{
    [Theory]
    [InlineData("*")]
    [InlineData("rename,overwrite")]
    [InlineData("rename,chmod")]
    public async Task No_second_step_carries_a_name_to_where_more_is_allowed(string there)
    {
        using UserTree tree = new UserTree(isLocal)
            .Permit("/ro", "list", "download").Permit("/mid", "list", "download", "create_symlinks", "rename").Permit("/rw", there.Split(','));
        tree.Everywhere = ["list"];
        await FillAsync(tree, "/ro", "/mid", "/rw");
        using UserFileSystem files = tree.Open();
        (await files.HardLinkAsync("/ro/f", "/mid/l")).ShouldBe(StorageError.AccessDenied);
        (await files.HardLinkAsync("/mid/f", "/mid/l")).ShouldBe(StorageError.AccessDenied);
        (await files.MoveAsync("/mid/l", "/rw/l")).ShouldBe(StorageError.NotFound);
        (await tree.Of("/").ReadFileAsync("/ro/f")).ShouldBe("kept");
    }

    [Fact]
    public async Task Nor_to_another_mount_with_more_rights()
    {
        using UserTree tree = new UserTree(isLocal, "/m").Permit("/m", "*");
        tree.Everywhere = ["list", "download", "create_symlinks", "rename"];
        await FillAsync(tree, "/d");
        await tree.Of("/m").WriteFileAsync("/f", "kept");
        using UserFileSystem files = tree.Open();
        (await files.HardLinkAsync("/d/f", "/d/l")).ShouldBe(StorageError.AccessDenied);
        (await files.HardLinkAsync("/m/f", "/m/l")).ShouldBe(StorageError.None);
    }

    [Fact]
    public async Task A_file_with_all_the_rights_that_there_are_gets_names_wherever_links_may_be_made()
    {
        using UserTree tree = new UserTree(isLocal).Permit("/narrow", "list", "create_symlinks").Permit("/closed");
        tree.Everywhere = ["list", "download", "overwrite", "create_symlinks"];
        await FillAsync(tree, "/d", "/narrow", "/closed");
        using UserFileSystem files = tree.Open();
        (await files.HardLinkAsync("/d/f", "/d/l")).ShouldBe(StorageError.None);
        (await files.HardLinkAsync("/d/f", "/narrow/l")).ShouldBe(StorageError.None);
        (await files.HardLinkAsync("/narrow/f", "/narrow/m")).ShouldBe(StorageError.AccessDenied);
        (await files.HardLinkAsync("/d/f", "/closed/l")).ShouldBe(StorageError.AccessDenied);
    }

    private static async Task FillAsync(UserTree tree, params string[] directories)
    {
        foreach (string directory in directories)
        {
            (await tree.Of("/").MakeAsync(directory)).ShouldBe(StorageError.None);
            await tree.Of("/").WriteFileAsync(directory + "/f", "kept");
        }
    }
}
