using System.Data.Common;
using Hpc.Accounts.Postgres;
using Hpc.Accounts.Sql;
using Hpc.Providers.Tests.Servers;
using Npgsql;

namespace Hpc.Providers.Tests.Cockroach;

internal sealed class EmulatedCockroachDialect(NpgsqlDataSource source, SqlProviderOptions options, EmulatedFaults faults) : CockroachDialect(source, options)
{
    public override async ValueTask<DbConnection> OpenAsync(CancellationToken ct) => new ObservedConnection(await base.OpenAsync(ct), faults);
}
