using Hpc.Storage.Local;
using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs;

public sealed class UserFileSystemTests : IDisposable
{
    private const OpenFlags Upload = OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate;
    private readonly TemporaryDirectory _directory = new();
    private readonly LocalFileSystem _root;

    public UserFileSystemTests()
    {
        _root = LocalFileSystem.Open(_directory.Root);
        Directory.CreateDirectory(_directory.Real("dir"));
        File.WriteAllText(_directory.Real("file"), "hello");
        File.WriteAllText(_directory.Real("other"), "other");
        File.CreateSymbolicLink(_directory.Real("link"), "file");
    }

    public void Dispose()
    {
        _root.Dispose();
        _directory.Dispose();
    }

    /// <summary>Every operation with the least that it needs.</summary>
    public static TheoryData<string, Permission> Operations => new()
    {
        { "list", Permission.List },
        { "stat", Permission.List },
        { "lstat", Permission.List },
        { "readlink", Permission.List },
        { "space", Permission.List },
        { "read", Permission.Download },
        { "upload new", Permission.Upload },
        { "upload new exclusively", Permission.Upload },
        { "create for reading", Permission.Upload | Permission.Download },
        { "overwrite", Permission.Overwrite },
        { "overwrite with create", Permission.Overwrite },
        { "append", Permission.Overwrite },
        { "read and write", Permission.Overwrite | Permission.Download },
        { "truncate", Permission.Overwrite },
        { "chmod", Permission.ChangeMode },
        { "chtimes of a link", Permission.ChangeTimes },
        { "chown", Permission.ChangeOwner },
        { "chtimes", Permission.ChangeTimes },
        { "delete file", Permission.DeleteFiles },
        { "delete link", Permission.DeleteFiles },
        { "delete directory", Permission.DeleteDirectories },
        { "rename file", Permission.RenameFiles },
        { "rename link", Permission.RenameFiles },
        { "rename directory", Permission.RenameDirectories },
        { "rename file over file", Permission.RenameFiles | Permission.Overwrite },
        { "rename file with replace to new name", Permission.RenameFiles },
        { "mkdir", Permission.CreateDirectories },
        { "symlink", Permission.CreateSymbolicLinks },
        { "hard link", Permission.CreateSymbolicLinks | Permission.Download },
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task An_operation_happens_with_its_permission(string operation, Permission needed) =>
        (await RunAsync(operation, needed)).ShouldBe(StorageError.None);

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task An_operation_is_denied_without_any_one_of_its_permissions(string operation, Permission needed)
    {
        foreach (Permission bit in Enum.GetValues<Permission>().Where(p => int.PopCount((int)p) == 1 && needed.HasFlag(p)))
        {
            (await RunAsync(operation, Permission.All & ~bit)).ShouldBe(StorageError.AccessDenied);
        }

        Directory.GetFileSystemEntries(_directory.Root).Select(Path.GetFileName).Order().ShouldBe(["dir", "file", "link", "other"]);
        (await _root.ReadFileAsync("/file")).ShouldBe("hello");
        (await _root.ReadFileAsync("/other")).ShouldBe("other");
    }

    [Fact]
    public async Task Realpath_without_list_tells_nothing_and_works()
    {
        UserFileSystem files = For(Permission.Upload);
        (await files.ResolveAsync(P("/link"), default)).Value.ShouldBe(P("/link"));
        (await For(Permission.List).ResolveAsync(P("/link"), default)).Value.ShouldBe(P("/file"));
    }

    [Fact]
    public async Task An_upload_alone_cannot_touch_what_exists()
    {
        UserFileSystem files = For(Permission.Upload);
        (await files.OpenFileAsync(P("/file"), Upload, null, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        (await files.OpenFileAsync(P("/file"), Upload | OpenFlags.Exclusive, null, default).ErrorAsync()).ShouldBe(StorageError.AlreadyExists);
        (await files.OpenFileAsync(P("/file"), OpenFlags.Write | OpenFlags.Create | OpenFlags.Append, null, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        (await _root.ReadFileAsync("/file")).ShouldBe("hello");
    }

    [Fact]
    public async Task An_overwrite_alone_cannot_create()
    {
        UserFileSystem files = For(Permission.Overwrite);
        (await files.OpenFileAsync(P("/new"), Upload, null, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        (await files.OpenFileAsync(P("/new"), Upload | OpenFlags.Exclusive, null, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        File.Exists(_directory.Real("new")).ShouldBeFalse();
    }

    [Fact]
    public async Task Reading_needs_download_even_of_an_own_upload()
    {
        UserFileSystem files = For(Permission.Upload | Permission.Overwrite);
        (await files.OpenFileAsync(P("/new"), Upload | OpenFlags.Read, null, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        File.Exists(_directory.Real("new")).ShouldBeFalse();
    }

    [Fact]
    public async Task An_open_file_keeps_to_the_permissions_for_attributes()
    {
        await using IFileHandle file = (await For(Permission.Upload | Permission.ChangeTimes).OpenFileAsync(P("/new"), Upload, null, default)).Value;
        (await file.SetAttributesAsync(new AttributeChanges { Permissions = 0 }, default)).Error.ShouldBe(StorageError.AccessDenied);
        (await file.SetAttributesAsync(new AttributeChanges { UserId = 1, GroupId = 1 }, default)).Error.ShouldBe(StorageError.AccessDenied);
        (await file.SetAttributesAsync(new AttributeChanges { ModificationTime = new FileTime(1), GroupId = 0 }, default)).Error.ShouldBe(StorageError.AccessDenied);
        (await file.SetAttributesAsync(new AttributeChanges { ModificationTime = new FileTime(1) }, default)).IsSuccess.ShouldBeTrue();
        (await file.SetAttributesAsync(new AttributeChanges { Size = 3 }, default)).IsSuccess.ShouldBeTrue();
        (await file.GetAttributesAsync(default)).Value.Size.ShouldBe(3);
    }

    [Fact]
    public async Task The_root_is_out_of_reach_whatever_the_permissions()
    {
        UserFileSystem files = For(Permission.All);
        (await files.DeleteDirectoryAsync(P("/"), default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        (await files.DeleteFileAsync(P("/"), default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        (await files.RenameAsync(P("/"), P("/x"), RenameMode.Replace, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        (await files.RenameAsync(P("/dir"), P("/"), RenameMode.Replace, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        (await files.CreateSymbolicLinkAsync(P("/dir/l"), "/", default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        (await files.CreateSymbolicLinkAsync(P("/dir/l"), "..", default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        (await files.CreateSymbolicLinkAsync(P("/"), "dir", default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
    }

    private UserFileSystem For(Permission permission) => new(_root, new PermissionSet(permission));

    private async Task<StorageError> RunAsync(string operation, Permission held)
    {
        UserFileSystem files = For(held);
        return operation switch
        {
            "list" => await CloseAsync(await files.OpenDirectoryAsync(P("/dir"), default)),
            "stat" => await files.GetAttributesAsync(P("/file"), default).ErrorAsync(),
            "lstat" => await files.GetLinkAttributesAsync(P("/link"), default).ErrorAsync(),
            "readlink" => await files.ReadSymbolicLinkAsync(P("/link"), default).ErrorAsync(),
            "space" => await files.GetSpaceAsync(P("/"), default).ErrorAsync(),
            "read" => await OpenAsync("/file", OpenFlags.Read),
            "upload new" => await OpenAsync("/new", Upload),
            "upload new exclusively" => await OpenAsync("/new", Upload | OpenFlags.Exclusive),
            "create for reading" => await OpenAsync("/new", OpenFlags.Read | OpenFlags.Create),
            "overwrite" => await OpenAsync("/file", OpenFlags.Write),
            "overwrite with create" => await OpenAsync("/file", OpenFlags.Write | OpenFlags.Create),
            "append" => await OpenAsync("/file", OpenFlags.Write | OpenFlags.Append),
            "read and write" => await OpenAsync("/file", OpenFlags.Read | OpenFlags.Write),
            "truncate" => await SetAsync("/file", new AttributeChanges { Size = 5 }),
            "chmod" => await SetAsync("/file", new AttributeChanges { Permissions = 0x1A4 }),
            "chtimes of a link" => await files.SetLinkAttributesAsync(P("/link"), new AttributeChanges { AccessTime = new FileTime(1) }, default).ErrorAsync(),
            "chown" => await SetAsync("/file", OwnerOfFile()),
            "chtimes" => await SetAsync("/file", new AttributeChanges { AccessTime = new FileTime(1) }),
            "delete file" => await files.DeleteFileAsync(P("/file"), default).ErrorAsync(),
            "delete link" => await files.DeleteFileAsync(P("/link"), default).ErrorAsync(),
            "delete directory" => await files.DeleteDirectoryAsync(P("/dir"), default).ErrorAsync(),
            "rename file" => await RenameAsync("/file", "/new", RenameMode.NoReplace),
            "rename link" => await RenameAsync("/link", "/new", RenameMode.NoReplace),
            "rename directory" => await RenameAsync("/dir", "/new", RenameMode.NoReplace),
            "rename file over file" => await RenameAsync("/file", "/other", RenameMode.Replace),
            "rename file with replace to new name" => await RenameAsync("/file", "/new", RenameMode.Replace),
            "mkdir" => await files.CreateDirectoryAsync(P("/new"), null, default).ErrorAsync(),
            "symlink" => await files.CreateSymbolicLinkAsync(P("/new"), "file", default).ErrorAsync(),
            "hard link" => await files.CreateHardLinkAsync(P("/file"), P("/new"), default).ErrorAsync(),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
        };

        async Task<StorageError> OpenAsync(string path, OpenFlags flags) =>
            await CloseAsync(await files.OpenFileAsync(P(path), flags, null, default));

        async Task<StorageError> SetAsync(string path, AttributeChanges changes) =>
            await files.SetAttributesAsync(P(path), changes, default).ErrorAsync();

        async Task<StorageError> RenameAsync(string from, string to, RenameMode mode) =>
            await files.RenameAsync(P(from), P(to), mode, default).ErrorAsync();
    }

    private AttributeChanges OwnerOfFile()
    {
        EntryAttributes attributes = _root.GetAttributesAsync(P("/file"), default).AsTask().GetAwaiter().GetResult().Value;
        return new AttributeChanges { UserId = attributes.UserId, GroupId = attributes.GroupId };
    }

    private static async Task<StorageError> CloseAsync<T>(StorageResult<T> opened)
        where T : IAsyncDisposable
    {
        if (opened.IsSuccess)
        {
            await opened.Value.DisposeAsync();
        }

        return opened.Error;
    }
}
