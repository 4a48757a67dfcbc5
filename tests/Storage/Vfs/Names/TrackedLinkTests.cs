using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Names;

public sealed class TrackedLinkTestsOverLocal() : TrackedLinkTests(isLocal: true);

public sealed class TrackedLinkTestsOverMemory() : TrackedLinkTests(isLocal: false);

/// <summary>Where uploads are known by their path, the path is the one without links, also in a tree that has the same rules everywhere.</summary>
public abstract class TrackedLinkTests(bool isLocal)
{
    private const OpenFlags Upload = OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate;

    [Theory]
    [InlineData("/ln/f", "/d", "/e", "/e/f")]
    [InlineData("/d/f", "/lt/d", "/lt/e", "/e/f")]
    [InlineData("/lt/ln/f", "/lt/d", "/e", "/e/f")]
    public async Task An_upload_follows_its_directory_however_that_is_spelled(string file, string from, string to, string whereItIs)
    {
        using UserTree tree = await TreeAsync();
        using UserFileSystem files = tree.Open();
        await using IFileHandle upload = (await files.OpenFileAsync(P(file), Upload, null, default)).Value;
        (await files.MoveAsync(from, to)).ShouldBe(StorageError.None);
        (await files.StatAsync(whereItIs)).ShouldBe(StorageError.None);
        (await upload.CloseAsync()).Error.ShouldBe(StorageError.None);
        (await tree.Of("/").StatAsync(whereItIs)).ShouldBe(StorageError.None);
    }

    [Fact]
    public async Task An_upload_is_seen_by_every_spelling_of_its_path()
    {
        using UserTree tree = await TreeAsync();
        using UserFileSystem files = tree.Open();
        await using IFileHandle upload = (await files.OpenFileAsync(P("/ln/f"), Upload, null, default)).Value;
        (await files.StatAsync("/ln/f")).ShouldBe(StorageError.None);
        (await files.StatAsync("/d/f")).ShouldBe(StorageError.None);
        (await files.StatAsync("/lt/d/f")).ShouldBe(StorageError.None);
    }

    [Fact]
    public async Task A_link_to_a_temporary_leads_nowhere()
    {
        using UserTree tree = await TreeAsync();
        using UserFileSystem files = tree.Open();
        await using IFileHandle upload = (await files.OpenFileAsync(P("/d/f"), Upload, null, default)).Value;
        string temporary = await tree.Of("/").NamesAsync("/d");
        (await tree.Of("/").LinkAsync("/spy", "d/" + temporary)).ShouldBe(StorageError.None);
        (await files.StatAsync("/spy")).ShouldBe(StorageError.NotFound);
        (await files.TryOpenAsync("/spy")).ShouldBe(StorageError.NotFound);
        (await upload.CloseAsync()).Error.ShouldBe(StorageError.None);
    }

    // "/ln" leads to "/d", and "/lt" to "/".
    private async Task<UserTree> TreeAsync()
    {
        var tree = new UserTree(isLocal) { Options = new VfsOptions { UploadMode = UploadMode.Atomic } };
        IFileSystem root = tree.Of("/");
        await root.MakeAsync("/d");
        (await root.LinkAsync("/ln", "d")).ShouldBe(StorageError.None);
        (await root.LinkAsync("/lt", ".")).ShouldBe(StorageError.None);
        return tree;
    }
}
