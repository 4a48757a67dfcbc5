using Hpc.Accounts.Data;
using Hpc.Accounts.Postgres;
using Hpc.Accounts.Sql;
using Hpc.Providers.Tests.Contract;
using Hpc.Providers.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Providers.Tests.Postgres;

public sealed class PostgresContractTests(PostgresFixture fixture) : DataProviderContract
{
    private readonly StoragePrefixes _prefixes = new();

    protected override ValueTask PrepareAsync()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        return ValueTask.CompletedTask;
    }

    protected override async ValueTask<IDataProvider> MakeAsync(string storage)
    {
        SqlProviderOptions options = await fixture.DatabaseOfAsync(GetType());
        return new PostgresDataProvider(options with { TablesPrefix = _prefixes[storage] }, Time, NullLogger.Instance);
    }

    // They go with the database.
    protected override ValueTask RemoveStoragesAsync() => ValueTask.CompletedTask;
}
