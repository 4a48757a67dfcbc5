using Hpc.Accounts.Postgres.Usage;
using Hpc.Accounts.Sql;
using Hpc.Accounts.Usage;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Postgres;

/// <summary>The data provider on CockroachDB. It takes schema changes back one by one and not as a whole: a migration that was interrupted is finished by the next start.</summary>
public sealed class CockroachDataProvider : SqlDataProvider
{
    /// <summary>A closed provider.</summary>
    /// <exception cref="Data.DataProviderException">The options cannot be used.</exception>
    public CockroachDataProvider(SqlProviderOptions options, TimeProvider time, ILogger logger)
        : this(options, new CockroachDialect(PostgresConnection.ToSource(options, isCockroach: true), options), time, logger)
    {
    }

    internal CockroachDataProvider(SqlProviderOptions options, SqlDialect dialect, TimeProvider time, ILogger logger)
        : base(dialect, options, time, logger) => Usage = new PostgresUsageStore(dialect, Runner, Tables, time);

    /// <inheritdoc/>
    public override IUsageStore Usage { get; }
}
