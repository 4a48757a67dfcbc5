using Hpc.Accounts;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Server.Tests.Support;
using Hpc.Storage;

namespace Hpc.Server.Tests.Hosting;

public sealed class HomeFactoryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly LineLogger<HomeFactory> _logger = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_missing_home_is_made_for_its_owner_alone()
    {
        StorageResult<IFileSystem> opened = await OpenAsync(new StorageSection(), _directory["home/"], "*");
        opened.IsSuccess.ShouldBeTrue();
        File.GetUnixFileMode(_directory["home"]).ShouldBe(PrivateFile.DirectoryMode);
        (opened.Value as IDisposable).ShouldNotBeNull().Dispose();
    }

    [Fact]
    public async Task A_home_whose_parent_is_missing_is_refused_with_how_to_mend_it()
    {
        StorageResult<IFileSystem> opened = await OpenAsync(new StorageSection(), _directory["disk/home"], "*");
        opened.Error.ShouldBe(StorageError.NotFound);
        Directory.Exists(_directory["disk"]).ShouldBeFalse();
        _logger.Lines.Single().ShouldBe(
            $"the home directory {_directory["disk/home"]} of ann is not created, because {_directory["disk"]} is not there: "
            + "mount or create that directory, or set another home with 'hpc user set'");
    }

    [Fact]
    public async Task A_home_that_cannot_be_made_is_refused_with_the_reason()
    {
        await File.WriteAllTextAsync(_directory["file"], "");
        (await OpenAsync(new StorageSection(), _directory["file/home"], "*")).IsSuccess.ShouldBeFalse();
        _logger.Lines.Single().ShouldContain("cannot be created: Not a directory");
    }

    [Fact]
    public async Task A_missing_home_is_refused_where_none_may_be_made()
    {
        StorageResult<IFileSystem> opened = await OpenAsync(new StorageSection { CreateHome = false }, _directory["home"], "*");
        opened.Error.ShouldBe(StorageError.NotFound);
        Directory.Exists(_directory["home"]).ShouldBeFalse();
    }

    [Fact]
    public async Task A_home_that_is_a_file_is_refused()
    {
        await File.WriteAllTextAsync(_directory["home"], "");
        StorageResult<IFileSystem> opened = await OpenAsync(new StorageSection(), _directory["home"], "*");
        opened.IsSuccess.ShouldBeFalse();
    }

    [Theory]
    [InlineData("list")]
    [InlineData("list,download")]
    public async Task Permissions_of_the_account_hold(string permissions)
    {
        IFileSystem files = (await OpenAsync(new StorageSection { Confinement = ConfinementName.Portable }, _directory["home"], permissions)).Value;
        (await files.OpenDirectoryAsync(VirtualPath.Root, CancellationToken.None)).IsSuccess.ShouldBeTrue();
        VirtualPath.TryParse("/new", VirtualPath.Root, out VirtualPath path).ShouldBeTrue();
        (await files.CreateDirectoryAsync(path, null, CancellationToken.None)).Error.ShouldBe(StorageError.AccessDenied);
    }

    [Fact]
    public async Task A_home_that_is_at_hand_is_opened_without_a_worker_and_with_the_same_permissions()
    {
        Assert.SkipUnless(OperatingSystem.IsOSPlatformVersionAtLeast("linux", 5, 12), "the kernel cannot tell");
        var options = new StorageSection { Confinement = ConfinementName.Portable };
        ((await OpenAsync(options, _directory["home"], "*")).Value as IDisposable).ShouldNotBeNull().Dispose();

        ValueTask<StorageResult<IFileSystem>> opening = OpenAsync(options, _directory["home"], "list");

        opening.IsCompletedSuccessfully.ShouldBeTrue();
        IFileSystem files = (await opening).Value;
        VirtualPath.TryParse("/new", VirtualPath.Root, out VirtualPath path).ShouldBeTrue();
        (await files.CreateDirectoryAsync(path, null, CancellationToken.None)).Error.ShouldBe(StorageError.AccessDenied);
        (files as IDisposable).ShouldNotBeNull().Dispose();
    }

    [Fact]
    public async Task Permissions_that_nobody_knows_open_nothing() =>
        (await OpenAsync(new StorageSection(), _directory["home"], "everything")).Error.ShouldBe(StorageError.AccessDenied);

    private ValueTask<StorageResult<IFileSystem>> OpenAsync(StorageSection options, string home, string permissions) =>
        new HomeFactory(options, _logger).OpenAsync(
            new UserAccount { UserName = "ann", HomeDirectory = home, Permissions = permissions.Split(',') }, CancellationToken.None);
}
