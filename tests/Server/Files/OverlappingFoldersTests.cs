using Hpc.Accounts;
using Hpc.Storage;

namespace Hpc.Server.Tests.Files;

/// <summary>Folders whose directory lies within that of another part of the user's tree (R3.18).</summary>
public sealed class OverlappingFoldersTests : IAsyncDisposable
{
    private readonly FilesFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task The_directory_of_a_folder_inside_the_home_stays_where_it_is()
    {
        Make("home/d/inside", "home/d/other");
        IFileSystem files = await OpenAsync(Folder("/m", "home/d/inside"));
        foreach (string path in (string[])["/d/inside", "/d"])
        {
            (await RenameAsync(files, path, "/gone")).ShouldBe(StorageError.AccessDenied);
            (await files.DeleteDirectoryAsync(At(path), Ct)).Error.ShouldBe(StorageError.AccessDenied);
            (await RenameAsync(files, "/d/other", path)).ShouldBe(StorageError.AccessDenied);
        }

        (await RenameAsync(files, "/d/other", "/d/renamed")).ShouldBe(StorageError.None);
        (await FilesFixture.UploadAsync(files, "/d/inside/f", 3)).ShouldBe(StorageError.None);
        (await RenameAsync(files, "/d/inside/f", "/d/f")).ShouldBe(StorageError.None);
        (await files.CreateDirectoryAsync(At("/d/inside/sub"), null, Ct)).Error.ShouldBe(StorageError.None);
        (await RenameAsync(files, "/d/inside/sub", "/d/inside/sub2")).ShouldBe(StorageError.None);
    }

    [Fact]
    public async Task A_read_only_folder_inside_the_home_is_not_changed_through_the_home_either()
    {
        Make("home/inside/sub", "home/out");
        await File.WriteAllTextAsync(_fixture["home/inside/f"], "old", Ct);
        IFileSystem files = await OpenAsync(Folder("/m", "home/inside") with { IsReadOnly = true });
        (await FilesFixture.UploadAsync(files, "/inside/f", 1)).ShouldBe(StorageError.ReadOnly);
        (await FilesFixture.UploadAsync(files, "/inside/sub/new", 1)).ShouldBe(StorageError.ReadOnly);
        (await files.DeleteFileAsync(At("/inside/f"), Ct)).Error.ShouldBe(StorageError.ReadOnly);
        (await files.CreateDirectoryAsync(At("/inside/new"), null, Ct)).Error.ShouldBe(StorageError.ReadOnly);
        (await files.SetAttributesAsync(At("/inside/f"), new AttributeChanges { Permissions = 0x1B6 }, Ct)).Error.ShouldBe(StorageError.ReadOnly);
        (await files.CreateHardLinkAsync(At("/inside/f"), At("/hard"), Ct)).Error.ShouldBe(StorageError.ReadOnly);
        (await RenameAsync(files, "/inside/f", "/f")).ShouldBe(StorageError.ReadOnly);
        (await RenameAsync(files, "/out", "/inside/out")).ShouldBe(StorageError.ReadOnly);
        (await RenameAsync(files, "/inside", "/gone")).ShouldNotBe(StorageError.None);

        await using (IFileHandle file = (await files.OpenFileAsync(At("/inside/f"), OpenFlags.Read, null, Ct)).Value)
        {
            (await file.SetAttributesAsync(new AttributeChanges { Permissions = 0x1B6 }, Ct)).IsSuccess.ShouldBeFalse();
        }

        (await files.CopyFileAsync(At("/inside/f"), At("/copy"), RenameMode.NoReplace, Ct)).Error.ShouldBe(StorageError.None);
        (await FilesFixture.UploadAsync(files, "/out/f", 1)).ShouldBe(StorageError.None);
        (await File.ReadAllTextAsync(_fixture["home/inside/f"], Ct)).ShouldBe("old");
    }

    [Fact]
    public async Task A_link_is_no_way_around_it()
    {
        Make("home/d/inside");
        File.CreateSymbolicLink(_fixture["home/ln"], "d");
        File.CreateSymbolicLink(_fixture["linked"], _fixture["home/d"]);
        IFileSystem files = await OpenAsync(Folder("/m", "linked/inside") with { IsReadOnly = true });
        (await RenameAsync(files, "/ln/inside", "/gone")).ShouldNotBe(StorageError.None);
        (await FilesFixture.UploadAsync(files, "/ln/inside/f", 1)).ShouldBe(StorageError.ReadOnly);
        Directory.GetFileSystemEntries(_fixture["home/d/inside"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_home_inside_a_folder_stays_where_it_is_and_may_be_changed()
    {
        Make("shared/h/home", "shared/other");
        IFileSystem files = await OpenAsync(_fixture.User() with { HomeDirectory = _fixture["shared/h/home"], Folders = [Folder("/m", "shared")] });
        (await RenameAsync(files, "/m/h/home", "/m/gone")).ShouldBe(StorageError.AccessDenied);
        (await RenameAsync(files, "/m/h", "/m/gone")).ShouldBe(StorageError.AccessDenied);
        (await files.DeleteDirectoryAsync(At("/m/h/home"), Ct)).Error.ShouldBe(StorageError.AccessDenied);
        (await RenameAsync(files, "/m/other", "/m/gone")).ShouldBe(StorageError.None);
        (await FilesFixture.UploadAsync(files, "/m/h/home/f", 1)).ShouldBe(StorageError.None);
        (await RenameAsync(files, "/f", "/g")).ShouldBe(StorageError.None);
    }

    [Fact]
    public async Task Directories_with_a_common_beginning_of_their_names_have_nothing_to_do_with_each_other()
    {
        Make("home2");
        IFileSystem files = await OpenAsync(Folder("/m", "home2") with { IsReadOnly = true });
        (await files.CreateDirectoryAsync(At("/2"), null, Ct)).Error.ShouldBe(StorageError.None);
        (await RenameAsync(files, "/2", "/3")).ShouldBe(StorageError.None);
    }

    [Fact]
    public async Task What_a_mount_covers_is_that_mounts_matter()
    {
        Make("home/d/inside", "cover/inside");
        IFileSystem files = await OpenAsync(_fixture.User() with { Folders = [Folder("/m", "home/d/inside") with { IsReadOnly = true }, Folder("/d", "cover")] });
        (await FilesFixture.UploadAsync(files, "/d/inside/f", 1)).ShouldBe(StorageError.None);
        (await RenameAsync(files, "/d/inside", "/d/renamed")).ShouldBe(StorageError.None);
    }

    private static VirtualPath At(string path) => FilesFixture.PathOf(path);

    private static async Task<StorageError> RenameAsync(IFileSystem files, string from, string to) =>
        (await files.RenameAsync(At(from), At(to), RenameMode.Replace, Ct)).Error;

    private void Make(params string[] directories)
    {
        foreach (string directory in directories)
        {
            Directory.CreateDirectory(_fixture[directory]);
        }
    }

    private FolderMount Folder(string path, string directory) =>
        new() { FolderName = directory.Replace('/', '-'), VirtualPath = path, MappedPath = _fixture[directory] };

    private Task<IFileSystem> OpenAsync(FolderMount folder) => OpenAsync(_fixture.User() with { Folders = [folder] });

    // Twice, because the second session finds its rules ready.
    private async Task<IFileSystem> OpenAsync(UserAccount user)
    {
        await _fixture.OpenAsync(user);
        return await _fixture.OpenAsync(user);
    }
}
