using Hpc.Accounts.Data;
using Hpc.Accounts.Postgres;
using Hpc.Accounts.Sql;
using Hpc.Providers.Tests.Contract;
using Hpc.Providers.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Providers.Tests.Cockroach;

/// <summary>CockroachDB's restrictions on PostgreSQL: serialisable, no advisory locks, no schema changes in transactions, conflicts at any statement and at commits.</summary>
public sealed class CockroachContractTests(PostgresFixture fixture) : DataProviderContract
{
    private readonly StoragePrefixes _prefixes = new();
    private readonly EmulatedFaults _faults = new(seed: 11);

    protected override ValueTask PrepareAsync()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        return ValueTask.CompletedTask;
    }

    protected override async ValueTask<IDataProvider> MakeAsync(string storage)
    {
        SqlProviderOptions options = (await fixture.DatabaseOfAsync(GetType())) with { TablesPrefix = _prefixes[storage] };
        var dialect = new EmulatedCockroachDialect(PostgresConnection.ToSource(options, isCockroach: true), options, _faults);
        return new CockroachDataProvider(options, dialect, Time, NullLogger.Instance);
    }

    protected override ValueTask RemoveStoragesAsync()
    {
        _faults.Forbidden.ShouldBeEmpty();
        return ValueTask.CompletedTask;
    }
}
