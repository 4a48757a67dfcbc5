using Hpc.Storage.Local;
using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Usage;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;
using static Hpc.Storage.Tests.Vfs.Uploads.UploadBench;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>A home directory without a quota, and a folder with one.</summary>
public sealed class MovedOpenFileTests : IDisposable
{
    private readonly TemporaryDirectory _home = new();
    private readonly TemporaryDirectory _folder = new();
    private readonly UsageLedger _ledger = new("folder:f", new FakeReserver());
    private readonly UserFileSystem _files;

    public MovedOpenFileTests()
    {
        Mount[] mounts =
        [
            new Mount { Path = VirtualPath.Root, Files = LocalFileSystem.Open(_home.Root), State = new MountState("user:u") },
            new Mount { Path = P("/folder"), Files = LocalFileSystem.Open(_folder.Root), State = new MountState("folder:f"), Quotas = [new QuotaShare(_ledger, 1000, 5)] },
        ];
        _files = new UserFileSystem(new UserFilesDefinition
        {
            Mounts = mounts,
            Permissions = PermissionSet.Full,
            Source = new FileEventSource { UserName = "u", Protocol = "SFTP" },
        });
    }

    [Theory]
    [InlineData("/a", "/folder/a")]
    [InlineData("/d", "/folder/d")]
    public async Task Nothing_that_is_open_for_writing_is_moved_past_a_quota(string from, string to)
    {
        await _files.CreateDirectoryAsync(P("/d"), null, default);
        await using IFileHandle file = await _files.OpenAsync(from == "/d" ? "/d/a" : "/a", Upload);
        (await WriteAsync(file, 0, 10)).Value.ShouldBe(10);
        (await _files.RenameAsync(P(from), P(to), RenameMode.NoReplace, default)).Error.ShouldBe(StorageError.Busy);
        (await WriteAsync(file, 10, 5000)).Value.ShouldBe(5000);
        (await file.CloseAsync()).IsSuccess.ShouldBeTrue();
        (await _files.RenameAsync(P(from), P(to), RenameMode.NoReplace, default)).Error.ShouldBe(StorageError.QuotaExceeded);
        _ledger.Bytes.Value.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_closed_is_moved_and_counted()
    {
        await using (IFileHandle file = await _files.OpenAsync("/a", Upload))
        {
            file.RawDescriptor.ShouldNotBeNull("nothing is counted here, so that writes may take any way");
            (await WriteAsync(file, 0, 300)).Value.ShouldBe(300);
            (await file.CloseAsync()).IsSuccess.ShouldBeTrue();
        }

        (await _files.RenameAsync(P("/a"), P("/b"), RenameMode.NoReplace, default)).Error.ShouldBe(StorageError.None);
        (await _files.RenameAsync(P("/b"), P("/folder/b"), RenameMode.NoReplace, default)).Error.ShouldBe(StorageError.None);
        _ledger.Bytes.Value.ShouldBe(300);
        _ledger.Files.Value.ShouldBe(1);
    }

    public void Dispose()
    {
        _files.Dispose();
        _home.Dispose();
        _folder.Dispose();
    }
}
