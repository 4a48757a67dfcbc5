using Hpc.Accounts;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Storage;

namespace Hpc.Server.Tests.Files;

public sealed class FilesFactoryTests : IAsyncDisposable
{
    private readonly FilesFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_missing_home_is_made_for_its_owner_alone()
    {
        (await _fixture.TryOpenAsync(_fixture.User() with { HomeDirectory = _fixture["home/"] })).IsSuccess.ShouldBeTrue();
        File.GetUnixFileMode(_fixture["home"]).ShouldBe(PrivateFile.DirectoryMode);
    }

    [Fact]
    public async Task A_home_whose_parent_is_missing_is_refused_with_how_to_mend_it()
    {
        (await _fixture.TryOpenAsync(_fixture.User() with { HomeDirectory = _fixture["disk/home"] })).Error.ShouldBe(StorageError.NotFound);
        Directory.Exists(_fixture["disk"]).ShouldBeFalse();
        _fixture.Logger.Lines.Single().ShouldBe(
            $"the home directory {_fixture["disk/home"]} of ann is not created, because {_fixture["disk"]} is not there: "
            + "mount or create that directory, or set another one");
    }

    [Fact]
    public async Task A_home_that_cannot_be_made_is_refused_with_the_reason()
    {
        await File.WriteAllTextAsync(_fixture["file"], "", Ct);
        (await _fixture.TryOpenAsync(_fixture.User() with { HomeDirectory = _fixture["file/home"] })).IsSuccess.ShouldBeFalse();
        _fixture.Logger.Lines.Single().ShouldContain("cannot be created: Not a directory");
    }

    [Fact]
    public async Task A_missing_home_is_refused_where_none_may_be_made()
    {
        _fixture.Options.CreateHome = false;
        (await _fixture.TryOpenAsync(_fixture.User())).Error.ShouldBe(StorageError.NotFound);
        Directory.Exists(_fixture["home"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_home_that_is_a_file_is_refused()
    {
        await File.WriteAllTextAsync(_fixture["home"], "", Ct);
        (await _fixture.TryOpenAsync(_fixture.User())).IsSuccess.ShouldBeFalse();
    }

    [Theory]
    [InlineData("list")]
    [InlineData("list,download")]
    public async Task Permissions_of_the_account_hold(string permissions)
    {
        _fixture.Options.Confinement = ConfinementName.Portable;
        IFileSystem files = await _fixture.OpenAsync(_fixture.User(permissions.Split(',')));
        (await files.OpenDirectoryAsync(VirtualPath.Root, Ct)).IsSuccess.ShouldBeTrue();
        (await files.CreateDirectoryAsync(FilesFixture.PathOf("/new"), null, Ct)).Error.ShouldBe(StorageError.AccessDenied);
    }

    [Fact]
    public async Task Permissions_of_directories_and_name_filters_hold()
    {
        IFileSystem files = await _fixture.OpenAsync(_fixture.User() with
        {
            DirectoryPermissions = [new DirectoryPermissions("/closed", ["list"])],
            FilePatterns = [new FilePatternRule("/", [], ["*.exe"], FilePatternPolicy.Deny)],
        });
        (await FilesFixture.UploadAsync(files, "/a.txt", 1)).ShouldBe(StorageError.None);
        (await FilesFixture.UploadAsync(files, "/a.exe", 1)).ShouldBe(StorageError.AccessDenied);
        (await files.CreateDirectoryAsync(FilesFixture.PathOf("/closed"), null, Ct)).IsSuccess.ShouldBeTrue();
        (await FilesFixture.UploadAsync(files, "/closed/a.txt", 1)).ShouldBe(StorageError.AccessDenied);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_at_hand_is_opened_without_a_worker_and_with_the_permissions_of_the_account(bool hasFolder)
    {
        Assert.SkipUnless(OperatingSystem.IsOSPlatformVersionAtLeast("linux", 5, 12), "the kernel cannot tell");
        _fixture.Options.Confinement = ConfinementName.Portable;
        UserAccount user = _fixture.User("list") with { Folders = hasFolder ? [Folder("/deep/in")] : [] };
        await _fixture.OpenAsync(user);

        ValueTask<StorageResult<IFileSystem>> opening = _fixture.StartOpening(user);

        opening.IsCompletedSuccessfully.ShouldBeTrue();
        IFileSystem files = (await opening).Value;
        (await files.CreateDirectoryAsync(FilesFixture.PathOf("/new"), null, Ct)).Error.ShouldBe(StorageError.AccessDenied);
        (files as IDisposable).ShouldNotBeNull().Dispose();
    }

    [Fact]
    public async Task Permissions_that_nobody_knows_open_nothing() =>
        (await _fixture.TryOpenAsync(_fixture.User("everything"))).Error.ShouldBe(StorageError.AccessDenied);

    [Fact]
    public async Task Directories_of_folders_and_those_on_the_way_to_them_and_to_the_start_are_made()
    {
        IFileSystem files = await _fixture.OpenAsync(_fixture.User() with
        {
            Folders = [Folder("/way/to/in"), Folder("/way/to/in/further/on", "nested")], StartDirectory = "/way/to/in/start/here",
        });
        (await FilesFixture.UploadAsync(files, "/way/to/in/x", 3)).ShouldBe(StorageError.None);
        (await FilesFixture.UploadAsync(files, "/way/to/in/further/on/y", 4)).ShouldBe(StorageError.None);
        new FileInfo(_fixture["shared/x"]).Length.ShouldBe(3);
        new FileInfo(_fixture["nested/y"]).Length.ShouldBe(4);
        Directory.Exists(_fixture["home/way/to"]).ShouldBeTrue();
        Directory.Exists(_fixture["home/way/to/in"]).ShouldBeFalse();
        Directory.Exists(_fixture["shared/further"]).ShouldBeTrue();
        Directory.Exists(_fixture["shared/start/here"]).ShouldBeTrue();
    }

    [Fact]
    public async Task Directories_that_were_deleted_are_made_again_at_the_next_login_and_so_are_those_that_could_not_be_made()
    {
        UserAccount user = _fixture.User() with { StartDirectory = "/start/here" };
        await _fixture.OpenAsync(user);
        Directory.Delete(_fixture["home/start"], recursive: true);
        await _fixture.OpenAsync(user);
        Directory.Exists(_fixture["home/start/here"]).ShouldBeTrue();

        Directory.Delete(_fixture["home/start"], recursive: true);
        await File.WriteAllTextAsync(_fixture["home/start"], "", Ct);
        await _fixture.OpenAsync(user);
        _fixture.Logger.Lines.ShouldContain(line => line.Contains("/start/here of ann cannot be created", StringComparison.Ordinal));
        File.Delete(_fixture["home/start"]);
        await _fixture.OpenAsync(user);
        Directory.Exists(_fixture["home/start/here"]).ShouldBeTrue();
    }

    [Fact]
    public async Task A_home_that_is_no_directory_is_told_with_its_reason_and_without_a_stack()
    {
        await File.WriteAllTextAsync(_fixture["home"], "", Ct);
        (await _fixture.TryOpenAsync(_fixture.User())).IsSuccess.ShouldBeFalse();
        string line = _fixture.Logger.Lines.Single();
        line.ShouldContain(_fixture["home"]);
        line.ShouldNotContain("   at ");
        _fixture.Logger.Exceptions.ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_folder_that_cannot_be_opened_leads_nowhere_and_never_into_what_it_covers(bool isKnown)
    {
        IFileSystem files = await _fixture.OpenAsync(_fixture.User() with
        {
            Folders = [Folder("/in") with { MappedPath = isKnown ? _fixture["disk/shared"] : null }],
        });
        (await FilesFixture.UploadAsync(files, "/x", 1)).ShouldBe(StorageError.None);
        (await FilesFixture.UploadAsync(files, "/in/x", 1)).ShouldNotBe(StorageError.None);
        Directory.GetFileSystemEntries(_fixture["home"]).ShouldBe([_fixture["home/x"]]);
        _fixture.Logger.Lines.ShouldContain(line => line.Contains(isKnown ? "is not there" : "does not exist", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_at_the_root_takes_the_place_of_the_home()
    {
        IFileSystem files = await _fixture.OpenAsync(_fixture.User() with { Folders = [Folder("/")] });
        (await FilesFixture.UploadAsync(files, "/x", 1)).ShouldBe(StorageError.None);
        File.Exists(_fixture["shared/x"]).ShouldBeTrue();
        Directory.Exists(_fixture["home"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_folder_that_is_read_only_and_a_server_that_is_take_no_change()
    {
        IFileSystem files = await _fixture.OpenAsync(_fixture.User() with { Folders = [Folder("/in") with { IsReadOnly = true }] });
        (await FilesFixture.UploadAsync(files, "/in/x", 1)).ShouldBe(StorageError.ReadOnly);
        await using var other = new FilesFixture();
        other.Options.ReadOnly = true;
        (await FilesFixture.UploadAsync(await other.OpenAsync(other.User()), "/x", 1)).ShouldBe(StorageError.ReadOnly);
    }

    [Fact]
    public async Task Events_name_the_session_and_the_protocol_that_it_speaks()
    {
        IFileSystem files = await _fixture.OpenAsync(_fixture.User("list", "upload"));
        await FilesFixture.UploadAsync(files, "/x", 5);
        await files.DeleteFileAsync(FilesFixture.PathOf("/x"), Ct);
        await ((IProtocolFiles)files).For("SCP").CreateDirectoryAsync(FilesFixture.PathOf("/d"), null, Ct);
        FileEvent[] events = [.. _fixture.Events.All];
        events.Select(e => (e.Kind, e.Outcome, e.Source.Protocol)).ShouldBe(
        [
            (FileEventKind.Upload, StorageError.None, "SFTP"),
            (FileEventKind.Delete, StorageError.AccessDenied, "SFTP"),
            (FileEventKind.CreateDirectory, StorageError.AccessDenied, "SCP"),
        ]);
        events[0].Size.ShouldBe(5);
        events.ShouldAllBe(e => e.Source.UserName == "ann" && e.Source.ConnectionId == "c1" && e.Source.Remote!.Port == 50_000 && e.Source.Local!.Port == 2022);
    }

    [Theory]
    [InlineData("copy", StorageError.None)]
    [InlineData("delete", StorageError.AccessDenied)]
    public async Task A_copy_between_open_files_needs_the_permission_to_copy(string permission, StorageError expected)
    {
        IFileSystem files = await _fixture.OpenAsync(_fixture.User("list", "upload", "download", permission));
        await FilesFixture.UploadAsync(files, "/from", 5);
        await using IFileHandle from = (await files.OpenFileAsync(FilesFixture.PathOf("/from"), OpenFlags.Read, null, Ct)).Value;
        await using IFileHandle to = (await files.OpenFileAsync(FilesFixture.PathOf("/to"), OpenFlags.Write | OpenFlags.Create, null, Ct)).Value;
        (await from.CopyToAsync(0, to, 0, 5, Ct)).Error.ShouldBe(expected);
    }

    private FolderMount Folder(string path, string name = "shared") => new() { FolderName = name, VirtualPath = path, MappedPath = _fixture[name] };
}
