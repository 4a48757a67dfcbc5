using Hpc.Accounts;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Storage;

namespace Hpc.Server.Tests.Files;

/// <summary>The server's own directories are opened for nobody, whatever an account says.</summary>
public sealed class PrivateMountTests : IAsyncDisposable
{
    private readonly FilesFixture _fixture = new();
    private readonly DataDirectory _data;

    public PrivateMountTests()
    {
        _data = new DataDirectory(new HpcOptions { DataDirectory = _fixture["srv/data"] });
        _data.Create();
        _fixture.Privates = PrivateDirectories.Of(_data);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData("srv/data")]
    [InlineData("srv")]
    public async Task A_home_that_holds_the_data_directory_is_refused_with_both_in_the_log(string home)
    {
        for (int i = 0; i < 2; i++)
        {
            (await _fixture.TryOpenAsync(_fixture.User() with { HomeDirectory = _fixture[home] })).Error.ShouldBe(StorageError.AccessDenied);
        }

        _fixture.Logger.Lines.Count.ShouldBe(2);
        _fixture.Logger.Lines[0].ShouldContain($"the home directory {_fixture[home]} of ann is not opened, because {_data.Path} ");
    }

    [Fact]
    public async Task A_home_at_the_place_of_a_file_of_the_server_is_not_made()
    {
        (await _fixture.TryOpenAsync(_fixture.User() with { HomeDirectory = _data.UsageDatabase })).Error.ShouldBe(StorageError.AccessDenied);
        Directory.Exists(_data.UsageDatabase).ShouldBeFalse();
    }

    [Fact]
    public async Task A_home_inside_the_data_directory_is_opened() =>
        (await _fixture.TryOpenAsync(_fixture.User() with { HomeDirectory = Path.Combine(_data.Path, "ann") })).IsSuccess.ShouldBeTrue();

    [Fact]
    public async Task A_folder_that_becomes_the_data_directory_is_unusable_at_the_next_login()
    {
        Directory.CreateDirectory(_fixture["folder"]);
        await File.WriteAllTextAsync(Path.Combine(_data.Path, "hpc.db"), "secret", Ct);
        UserAccount user = _fixture.User() with
        {
            Folders = [new FolderMount { FolderName = "dd", VirtualPath = "/dd", MappedPath = _fixture["folder"] }],
        };
        for (int i = 0; i < 2; i++)
        {
            IFileSystem before = await _fixture.OpenAsync(user);
            (await FilesFixture.UploadAsync(before, "/dd/a", 1)).ShouldBe(StorageError.None);
        }

        Directory.Delete(_fixture["folder"], recursive: true);
        Directory.CreateSymbolicLink(_fixture["folder"], _data.Path);
        for (int i = 0; i < 2; i++)
        {
            IFileSystem files = await _fixture.OpenAsync(user);
            (await files.OpenFileAsync(FilesFixture.PathOf("/dd/hpc.db"), OpenFlags.Read, null, Ct)).Error.ShouldBe(StorageError.IoError);
        }

        _fixture.Logger.Lines.Last().ShouldContain($"the folder {_fixture["folder"]} of ann is not opened");
    }
}
