using System.Net;
using Hpc.Accounts;
using Hpc.Accounts.Objects;
using Hpc.Server.Files;
using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs;

namespace Hpc.Server.Tests.Files;

/// <summary>What an account says of backends, directories and networks.</summary>
public sealed class AccountRulesTests : IAsyncDisposable
{
    private readonly FilesFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_home_on_a_backend_that_there_is_not_is_refused_and_the_log_names_it()
    {
        UserAccount user = _fixture.User() with { Filesystem = new FilesystemConfig { Provider = FilesystemProvider.S3 } };
        (await _fixture.TryOpenAsync(user)).Error.ShouldBe(StorageError.NotSupported);
        Directory.Exists(_fixture["home"]).ShouldBeFalse();
        _fixture.Logger.Lines.Single().ShouldBe("ann is refused, because the home directory is on S3, which this server cannot use: set a local directory");
    }

    [Fact]
    public async Task A_folder_on_a_backend_that_there_is_not_is_unusable_and_the_log_names_it()
    {
        UserAccount user = _fixture.User() with
        {
            Folders =
            [
                new FolderMount
                {
                    FolderName = "far", VirtualPath = "/far", MappedPath = _fixture["far"], Filesystem = new FilesystemConfig { Provider = FilesystemProvider.Sftp },
                },
            ],
        };
        IFileSystem files = await _fixture.OpenAsync(user);
        (await FilesFixture.UploadAsync(files, "/near", 1)).ShouldBe(StorageError.None);
        (await FilesFixture.UploadAsync(files, "/far/x", 1)).ShouldNotBe(StorageError.None);
        Directory.Exists(_fixture["far"]).ShouldBeFalse();
        _fixture.Logger.Lines.ShouldContain("the folder far that ann has at /far is on an SFTP server, which this server cannot use; the path is unusable");
    }

    [Fact]
    public async Task Where_directories_are_not_looked_for_none_is_made()
    {
        UserAccount user = _fixture.User() with { DisableFsChecks = true, StartDirectory = "/in/deep" };
        (await _fixture.TryOpenAsync(user)).Error.ShouldBe(StorageError.NotFound);
        Directory.Exists(_fixture["home"]).ShouldBeFalse();
        Directory.CreateDirectory(_fixture["home"]);
        (await _fixture.TryOpenAsync(user)).IsSuccess.ShouldBeTrue();
        Directory.Exists(_fixture["home/in"]).ShouldBeFalse();
        (await _fixture.TryOpenAsync(user with { DisableFsChecks = false })).IsSuccess.ShouldBeTrue();
        Directory.Exists(_fixture["home/in/deep"]).ShouldBeTrue();
    }

    [Theory]
    [InlineData("10.1.2.3", 0, 0, 3)]
    [InlineData("::ffff:10.1.2.3", 0, 0, 3)]
    [InlineData("10.2.2.3", 4, 5, 0)]
    [InlineData("2001:db8::7", 0, 0, 0)]
    [InlineData("192.0.2.1", 1, 2, 0)]
    public void The_first_network_that_holds_the_address_says_what_may_be_moved(string address, long up, long down, long total)
    {
        UserAccount user = _fixture.User() with
        {
            UploadTransferBytes = 1 << 20,
            DownloadTransferBytes = 2 << 20,
            TransferLimits =
            [
                new DataTransferLimit { Sources = ["10.1.0.0/16"], UploadDataTransfer = 9, TotalDataTransfer = 3 },
                new DataTransferLimit { Sources = ["198.51.100.0/24", "10.0.0.0/8"], UploadDataTransfer = 4, DownloadDataTransfer = 5 },
                new DataTransferLimit { Sources = ["2001:db8::/32"] },
            ],
        };
        UserPlan.TryCreate(user, new LocalFileSystemOptions(), UploadMode.Standard, out UserPlan plan, out string error).ShouldBeTrue(error);
        plan.TransferFrom(IPAddress.Parse(address)).ShouldBe(new TransferLimits(up << 20, down << 20, total << 20));
    }

    [Fact]
    public async Task A_limit_of_the_network_of_a_session_holds_for_it()
    {
        UserAccount user = _fixture.User() with { TransferLimits = [new DataTransferLimit { Sources = ["127.0.0.0/8"], UploadDataTransfer = 1 }] };
        IFileSystem files = await _fixture.OpenAsync(user);
        (await FilesFixture.UploadAsync(files, "/a", 1 << 20)).ShouldBe(StorageError.None);
        (await FilesFixture.UploadAsync(files, "/b", 1)).ShouldBe(StorageError.QuotaExceeded);
        files = await _fixture.OpenAsync(user with { TransferLimits = [new DataTransferLimit { Sources = ["10.0.0.0/8"], UploadDataTransfer = 1 }] });
        (await FilesFixture.UploadAsync(files, "/b", 1)).ShouldBe(StorageError.None);
    }
}
