using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;

namespace Hpc.Storage.Tests.Vfs.Names;

/// <summary>Combinations of flags that clients seldom use mean the same wherever uploads are written.</summary>
public sealed class OpenFlagTests
{
    [Theory]
    [InlineData(UploadMode.Standard)]
    [InlineData(UploadMode.Atomic)]
    [InlineData(UploadMode.AtomicWithResume)]
    public async Task Exclusive_says_nothing_without_create(UploadMode mode)
    {
        using UserTree tree = await TreeAsync(mode);
        using UserFileSystem files = tree.Open();
        (await files.TryOpenAsync("/f", OpenFlags.Write | OpenFlags.Truncate | OpenFlags.Exclusive)).ShouldBe(StorageError.None);
        (await tree.Of("/").ReadFileAsync("/f")).ShouldBe("");
        (await files.TryOpenAsync("/none", OpenFlags.Write | OpenFlags.Truncate | OpenFlags.Exclusive)).ShouldBe(StorageError.NotFound);
    }

    [Theory]
    [InlineData(UploadMode.Standard)]
    [InlineData(UploadMode.Atomic)]
    [InlineData(UploadMode.AtomicWithResume)]
    public async Task Cutting_a_file_without_writing_to_it_is_invalid(UploadMode mode)
    {
        using UserTree tree = await TreeAsync(mode);
        using UserFileSystem files = tree.Open();
        (await files.TryOpenAsync("/f", OpenFlags.Read | OpenFlags.Truncate)).ShouldBe(StorageError.InvalidArgument);
        (await files.TryOpenAsync("/f", OpenFlags.Read | OpenFlags.Truncate | OpenFlags.Create)).ShouldBe(StorageError.InvalidArgument);
        (await files.TryOpenAsync("/none", OpenFlags.Read | OpenFlags.Truncate | OpenFlags.Create)).ShouldBe(StorageError.InvalidArgument);
        (await tree.Of("/").NamesAsync("/")).ShouldBe("f");
        (await tree.Of("/").ReadFileAsync("/f")).ShouldBe("old");
    }

    [Fact]
    public async Task Reading_or_creating_reads_what_exists_where_nothing_may_be_created()
    {
        using UserTree tree = await TreeAsync(UploadMode.Standard);
        using UserFileSystem files = tree.ReadOnly("/").Open();
        (await files.TryOpenAsync("/f", OpenFlags.Read | OpenFlags.Create)).ShouldBe(StorageError.None);
        (await files.TryOpenAsync("/none", OpenFlags.Read | OpenFlags.Create)).ShouldBe(StorageError.ReadOnly);
        (await files.TryOpenAsync("/f", OpenFlags.Read | OpenFlags.Create | OpenFlags.Exclusive)).ShouldBe(StorageError.ReadOnly);
        (await files.TryOpenAsync("/f", OpenFlags.Write | OpenFlags.Create)).ShouldBe(StorageError.ReadOnly);
        (await tree.Of("/").NamesAsync("/")).ShouldBe("f");
    }

    private static async Task<UserTree> TreeAsync(UploadMode mode)
    {
        var tree = new UserTree(isLocal: true) { Options = new VfsOptions { UploadMode = mode } };
        await tree.Of("/").WriteFileAsync("/f", "old");
        return tree;
    }
}
