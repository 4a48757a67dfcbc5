using Hpc.Accounts.Data;
using Hpc.Accounts.Sqlite;
using Hpc.Providers.Tests.Crash;

namespace Hpc.Providers.Tests.Sqlite;

public sealed class SqliteCrashTests : CrashContract
{
    private DirectoryInfo? _directory;

    protected override string Target => Path.Combine(_directory!.FullName, "hpc.db");

    public override IDataProvider Make(string target) => new SqliteDataProvider(target, TimeProvider.System);

    public override ValueTask InitializeAsync()
    {
        _directory = Directory.CreateTempSubdirectory("hpc-crash-");
        return ValueTask.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        _directory?.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
