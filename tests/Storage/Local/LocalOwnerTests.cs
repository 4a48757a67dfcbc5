using Hpc.Storage.Local;
using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Local;

/// <summary>Whom what is created belongs to (spec row R7.27).</summary>
public sealed class LocalOwnerTests : IDisposable
{
    private const uint User = 54_321;
    private const uint Group = 54_322;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose()
    {
        _directory.OutsideShouldBeUntouched();
        _directory.Dispose();
    }

    public static TheoryData<OpenFlags> WaysToCreate =>
        [.. Enumerable.Range(0, 64).Select(flags => (OpenFlags)flags).Where(flags => flags.HasFlag(OpenFlags.Write | OpenFlags.Create))];

    [Theory]
    [MemberData(nameof(WaysToCreate))]
    public async Task A_new_file_is_given_away_and_an_old_one_is_not(OpenFlags flags)
    {
        using LocalFileSystem files = Open();
        File.WriteAllText(_directory.Real("old"), "hello");
        File.CreateSymbolicLink(_directory.Real("dangling"), "d/later");
        Directory.CreateDirectory(_directory.Real("d"));
        bool exclusive = flags.HasFlag(OpenFlags.Exclusive);

        await using IFileHandle created = await files.OpenAsync("/new", flags);
        (await created.WriteAsync(0, "x")).Value.ShouldBe(1);
        (await OwnerAsync(files, "/new")).ShouldBe((User, Group));

        (await OpenErrorAsync("/old")).ShouldBe(exclusive ? StorageError.AlreadyExists : StorageError.None);
        (await OwnerAsync(files, "/old")).ShouldBe((0u, 0u));
        (await files.ReadFileAsync("/old")).ShouldBe(!exclusive && flags.HasFlag(OpenFlags.Truncate) ? "" : "hello");

        (await OpenErrorAsync("/dangling")).ShouldBe(exclusive ? StorageError.AlreadyExists : StorageError.None);
        (await files.GetAttributesAsync(P("/d/later"), default)).IsSuccess.ShouldBe(!exclusive);
        if (!exclusive)
        {
            (await OwnerAsync(files, "/d/later")).ShouldBe((User, Group));
        }

        (await OpenErrorAsync("/d")).ShouldBe(exclusive ? StorageError.AlreadyExists : StorageError.IsDirectory);
        (await OpenErrorAsync("/none/x")).ShouldBe(StorageError.NotFound);
        (await OpenErrorAsync("/")).ShouldBe(exclusive ? StorageError.AlreadyExists : StorageError.IsDirectory);

        async Task<StorageError> OpenErrorAsync(string path)
        {
            StorageResult<IFileHandle> opened = await files.OpenFileAsync(P(path), flags, null, default);
            return opened.IsSuccess ? (await opened.Value.CloseAsync()).Error : opened.Error;
        }
    }

    [Fact]
    public async Task New_directories_and_links_are_given_away()
    {
        using LocalFileSystem files = Open();
        await files.WriteFileAsync("/a", "");
        (await files.CreateDirectoryAsync(P("/d"), null, default)).IsSuccess.ShouldBeTrue();
        (await files.CreateSymbolicLinkAsync(P("/d/l"), "/a", default)).IsSuccess.ShouldBeTrue();
        File.WriteAllText(_directory.Real("old"), "");
        (await files.CreateHardLinkAsync(P("/old"), P("/old2"), default)).IsSuccess.ShouldBeTrue();
        (await OwnerAsync(files, "/d")).ShouldBe((User, Group));
        (await OwnerAsync(files, "/d/l")).ShouldBe((User, Group));
        (await OwnerAsync(files, "/old2")).ShouldBe((0u, 0u));
        (await files.CreateDirectoryAsync(P("/d"), null, default).ErrorAsync()).ShouldBe(StorageError.AlreadyExists);
        (await files.CreateSymbolicLinkAsync(P("/old"), "x", default).ErrorAsync()).ShouldBe(StorageError.AlreadyExists);
        (await OwnerAsync(files, "/old")).ShouldBe((0u, 0u));
    }

    [Fact]
    public async Task One_id_alone_leaves_the_other()
    {
        using LocalFileSystem files = Open(new LocalFileSystemOptions { OwnerId = User, GroupId = 0 });
        await files.WriteFileAsync("/a", "");
        (await OwnerAsync(files, "/a")).ShouldBe((User, 0u));
        using LocalFileSystem group = Open(new LocalFileSystemOptions { GroupId = Group });
        await group.WriteFileAsync("/b", "");
        (await OwnerAsync(group, "/b")).ShouldBe((0u, Group));
        using LocalFileSystem nobody = Open(new LocalFileSystemOptions { OwnerId = 0, GroupId = uint.MaxValue });
        await nobody.WriteFileAsync("/c", "");
        (await OwnerAsync(nobody, "/c")).ShouldBe((0u, 0u));
    }

    [Fact]
    public async Task A_root_that_is_created_is_given_away_and_one_that_was_there_is_not()
    {
        var options = new LocalFileSystemOptions { CreateRoot = true, OwnerId = User, GroupId = Group };
        using LocalFileSystem created = LocalFileSystem.Open(_directory.Real("x/home"), options);
        (await OwnerAsync(created, "/")).ShouldBe((User, Group));
        Directory.CreateDirectory(_directory.Real("there"));
        using LocalFileSystem there = LocalFileSystem.Open(_directory.Real("there"), options);
        (await OwnerAsync(there, "/")).ShouldBe((0u, 0u));
    }

    [Fact]
    public async Task Roots_with_different_owners_are_not_shared()
    {
        using LocalFileSystem one = Open();
        using LocalFileSystem other = Open(new LocalFileSystemOptions { OwnerId = User + 1 });
        await one.WriteFileAsync("/a", "");
        await other.WriteFileAsync("/b", "");
        (await OwnerAsync(one, "/a")).ShouldBe((User, Group));
        (await OwnerAsync(one, "/b")).ShouldBe((User + 1, 0u));
    }

    [Fact]
    public async Task Without_links_owners_are_the_same_and_a_link_is_refused()
    {
        using LocalFileSystem files = Open();
        File.CreateSymbolicLink(_directory.Real("dangling"), "later");
        (await files.WithoutLinks.OpenFileAsync(P("/dangling"), OpenFlags.Write | OpenFlags.Create, null, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        await files.WithoutLinks.WriteFileAsync("/a", "");
        (await OwnerAsync(files, "/a")).ShouldBe((User, Group));
        File.Exists(_directory.Real("later")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_link_out_of_the_root_creates_nothing()
    {
        using LocalFileSystem files = Open();
        File.CreateSymbolicLink(_directory.Real("out"), Path.Combine(_directory.Outside, "new"));
        (await files.OpenFileAsync(P("/out"), OpenFlags.Write | OpenFlags.Create, null, default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
    }

    private static async Task<(uint User, uint Group)> OwnerAsync(LocalFileSystem files, string path)
    {
        EntryAttributes attributes = (await files.GetLinkAttributesAsync(P(path), default)).Value;
        return (attributes.UserId, attributes.GroupId);
    }

    private LocalFileSystem Open(LocalFileSystemOptions? options = null)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only a privileged user can give files away.");
        return LocalFileSystem.Open(_directory.Root, options ?? new LocalFileSystemOptions { OwnerId = User, GroupId = Group });
    }
}
