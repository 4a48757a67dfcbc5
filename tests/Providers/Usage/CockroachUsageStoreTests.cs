using Hpc.Accounts.Data;
using Hpc.Accounts.Postgres;
using Hpc.Accounts.Sql;
using Hpc.Accounts.Tests.Usage;
using Hpc.Accounts.Usage;
using Hpc.Providers.Tests.Cockroach;
using Hpc.Providers.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Providers.Tests.Usage;

/// <summary>CockroachDB's restrictions on PostgreSQL: serialisable, with conflicts.</summary>
public sealed class CockroachUsageStoreTests(PostgresFixture fixture) : UsageStoreContract, IAsyncDisposable
{
    private readonly StoragePrefixes _prefixes = new();
    private readonly EmulatedFaults _faults = new(seed: 31);
    private readonly List<CockroachDataProvider> _nodes = [];

    public async ValueTask DisposeAsync()
    {
        foreach (CockroachDataProvider node in _nodes)
        {
            await node.DisposeAsync();
        }

        _faults.Forbidden.ShouldBeEmpty();
    }

    protected override async Task<IUsageStore> OpenAsync()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        SqlProviderOptions options = (await fixture.DatabaseOfAsync(GetType())) with { TablesPrefix = _prefixes["main"] };
        var dialect = new EmulatedCockroachDialect(PostgresConnection.ToSource(options, isCockroach: true), options, _faults);
        var provider = new CockroachDataProvider(options, dialect, TimeProvider.System, NullLogger.Instance);
        _nodes.Add(provider);
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        return provider.Usage;
    }
}
