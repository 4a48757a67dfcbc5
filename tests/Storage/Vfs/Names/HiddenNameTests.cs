using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Names;

public sealed class HiddenNameTestsOverLocal() : HiddenNameTests(isLocal: true);

public sealed class HiddenNameTestsOverMemory() : HiddenNameTests(isLocal: false);

/// <summary>Hidden names do not exist for any operation; denied ones are seen and left alone.</summary>
public abstract class HiddenNameTests(bool isLocal)
{
    private const OpenFlags Upload = OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate;

    [Theory]
    [InlineData("/x.hid")]
    [InlineData("/dir.hid/below")]
    [InlineData("/m/x.hid")]
    public async Task What_is_hidden_is_not_found_by_any_operation(string path)
    {
        using UserTree tree = await TreeAsync(hides: true);
        using UserFileSystem files = tree.Open();
        foreach ((string operation, StorageError error) in await AllAsync(files, path))
        {
            error.ShouldBe(StorageError.NotFound, operation);
        }

        (await files.RealPathAsync(path)).ShouldBe(path);
        (await tree.Of("/").ReadFileAsync("/x.hid")).ShouldBe("secret");
        (await tree.Of("/m").ReadFileAsync("/x.hid")).ShouldBe("secret");
    }

    [Fact]
    public async Task What_is_hidden_is_not_found_even_without_permissions()
    {
        using UserTree tree = await TreeAsync(hides: true);
        tree.Everywhere = ["create_dirs"];
        using UserFileSystem files = tree.Open();
        (await files.StatAsync("/x.hid")).ShouldBe(StorageError.NotFound);
        (await files.StatAsync("/file")).ShouldBe(StorageError.AccessDenied);
        (await files.RemoveAsync("/x.hid")).ShouldBe(StorageError.NotFound);
    }

    [Fact]
    public async Task Hidden_names_are_not_listed()
    {
        using UserTree tree = await TreeAsync(hides: true);
        using UserFileSystem files = tree.Open();
        (await files.NamesAsync("/")).ShouldBe("dir file m");
        (await files.NamesAsync("/", limit: 1)).ShouldBe("dir file m");
        (await files.StreamedNamesAsync("/")).ShouldBe("dir file m");
        (await files.NamesAsync("/m")).ShouldBe("file");
    }

    [Fact]
    public async Task A_directory_with_nothing_but_hidden_names_ends_at_once()
    {
        using UserTree tree = new UserTree(isLocal).Hide("/", "*");
        for (int i = 0; i < 300; i++)
        {
            await tree.Of("/").MakeAsync($"/{i}");
        }

        using UserFileSystem files = tree.Open();
        (await files.NamesAsync("/", limit: 7)).ShouldBe("");
        (await files.StreamedNamesAsync("/")).ShouldBe("");
    }

    [Theory]
    [InlineData("/x.hid")]
    [InlineData("/m/x.hid")]
    public async Task What_is_denied_is_seen_and_nothing_can_be_done_to_it(string path)
    {
        using UserTree tree = await TreeAsync(hides: false);
        await tree.Of("/").CreateSymbolicLinkAsync(P("/l.hid"), "file", default);
        using UserFileSystem files = tree.Open();
        string[] looks = ["stat", "lstat", "list", "readlink"];
        foreach ((string operation, StorageError error) in await AllAsync(files, path))
        {
            if (!looks.Contains(operation))
            {
                error.ShouldBe(StorageError.AccessDenied, operation);
            }
        }

        (await files.StatAsync(path)).ShouldBe(StorageError.None);
        (await files.ReadLinkAsync("/l.hid")).ShouldBe("file");
        (await files.RealPathAsync("/l.hid")).ShouldBe("/file");
        (await files.NamesAsync("/m")).ShouldBe("file x.hid");
        (await files.TryListAsync("/dir.hid")).ShouldBe(StorageError.None);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Names_of_temporaries_cannot_be_seen_or_made_by_anybody(bool hasRules)
    {
        using var tree = new UserTree(isLocal);
        if (hasRules)
        {
            tree.Deny("/", "nothing");
        }

        const string Temporary = "/.hpc-upload.00000000-1.file";
        await tree.Of("/").WriteFileAsync(Temporary, "half");
        await tree.Of("/").WriteFileAsync("/file", "x");
        using UserFileSystem files = tree.Open();
        (await files.NamesAsync("/")).ShouldBe("file");
        (await files.StreamedNamesAsync("/")).ShouldBe("file");
        (await files.StatAsync(Temporary)).ShouldBe(StorageError.NotFound);
        (await files.TryOpenAsync(Temporary)).ShouldBe(StorageError.NotFound);
        (await files.RemoveAsync(Temporary)).ShouldBe(StorageError.NotFound);
        (await files.MoveAsync(Temporary, "/x")).ShouldBe(StorageError.NotFound);
        (await files.TryOpenAsync(Temporary, Upload)).ShouldBe(StorageError.AccessDenied);
        (await files.MakeAsync(Temporary)).ShouldBe(StorageError.AccessDenied);
        (await files.MoveAsync("/file", Temporary)).ShouldBe(StorageError.AccessDenied);
        (await files.CopyAsync("/file", Temporary)).ShouldBe(StorageError.AccessDenied);
        (await files.LinkAsync(Temporary, "file")).ShouldBe(StorageError.AccessDenied);
        (await files.HardLinkAsync("/file", Temporary)).ShouldBe(StorageError.AccessDenied);
        (await files.LinkAsync("/l", Temporary)).ShouldBe(StorageError.NotFound);
        (await tree.Of("/").ReadFileAsync(Temporary)).ShouldBe("half");
    }

    private async Task<UserTree> TreeAsync(bool hides)
    {
        var tree = new UserTree(isLocal, "/m");
        _ = hides ? tree.Hide("/", "*.hid") : tree.Deny("/", "*.hid");
        await tree.Of("/").WriteFileAsync("/file", "x");
        await tree.Of("/").WriteFileAsync("/x.hid", "secret");
        await tree.Of("/").MakeAsync("/dir");
        await tree.Of("/").MakeAsync("/dir.hid");
        await tree.Of("/").WriteFileAsync("/dir.hid/below", "secret");
        await tree.Of("/m").WriteFileAsync("/file", "x");
        await tree.Of("/m").WriteFileAsync("/x.hid", "secret");
        return tree;
    }

    private static async Task<List<(string, StorageError)>> AllAsync(UserFileSystem files, string path)
    {
        string besides = path.StartsWith("/m/", StringComparison.Ordinal) ? "/m" : "";
        return
        [
            ("stat", await files.StatAsync(path)),
            ("lstat", await files.LinkStatAsync(path)),
            ("list", await files.TryListAsync(path)),
            ("readlink", await files.ReadSymbolicLinkAsync(P(path), default).ErrorAsync()),
            ("space", await files.GetSpaceAsync(P(path), default).ErrorAsync()),
            ("read", await files.TryOpenAsync(path)),
            ("write", await files.TryOpenAsync(path, OpenFlags.Write)),
            ("upload", await files.TryOpenAsync(path, Upload)),
            ("exclusive", await files.TryOpenAsync(path, Upload | OpenFlags.Exclusive)),
            ("mkdir", await files.MakeAsync(path)),
            ("rmdir", await files.RemoveDirectoryAsync(path)),
            ("remove", await files.RemoveAsync(path)),
            ("rename from", await files.MoveAsync(path, besides + "/new")),
            ("rename to", await files.MoveAsync(besides + "/file", path)),
            ("copy from", await files.CopyAsync(path, besides + "/new")),
            ("copy to", await files.CopyAsync(besides + "/file", path)),
            ("symlink at", await files.LinkAsync(path, "file")),
            ("symlink to", await files.LinkAsync(besides + "/new", path)),
            ("link from", await files.HardLinkAsync(path, besides + "/new")),
            ("link to", await files.HardLinkAsync(besides + "/file", path)),
            ("truncate", await files.SetAsync(path, new AttributeChanges { Size = 0 })),
            ("chmod", await files.SetAsync(path, new AttributeChanges { Permissions = 0 })),
        ];
    }
}
