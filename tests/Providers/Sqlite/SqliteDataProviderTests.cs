using Hpc.Accounts.Data;
using Hpc.Accounts.Sqlite;
using Hpc.Providers.Tests.Contract;

namespace Hpc.Providers.Tests.Sqlite;

public sealed class SqliteDataProviderTests : DataProviderContract
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpc-objects-");

    [Fact]
    public void The_file_is_its_owners_alone()
    {
        foreach (string file in Directory.EnumerateFiles(_directory.FullName))
        {
            if (!OperatingSystem.IsWindows())
            {
                (File.GetUnixFileMode(file) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)).ShouldBe(UnixFileMode.None);
            }
        }
    }

    protected override ValueTask<IDataProvider> MakeAsync(string storage) =>
        ValueTask.FromResult<IDataProvider>(new SqliteDataProvider(Path.Combine(_directory.FullName, $"{storage}.db"), Time));

    protected override ValueTask RemoveStoragesAsync()
    {
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
