using Hpc.Accounts.Postgres.Usage;
using Hpc.Accounts.Sql;
using Hpc.Accounts.Usage;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Postgres;

/// <summary>The data provider on PostgreSQL.</summary>
public sealed class PostgresDataProvider : SqlDataProvider
{
    /// <summary>A closed provider.</summary>
    /// <exception cref="Data.DataProviderException">The options cannot be used.</exception>
    public PostgresDataProvider(SqlProviderOptions options, TimeProvider time, ILogger logger)
        : this(options, new PostgresDialect(PostgresConnection.ToSource(options, isCockroach: false), options), time, logger)
    {
    }

    internal PostgresDataProvider(SqlProviderOptions options, SqlDialect dialect, TimeProvider time, ILogger logger)
        : base(dialect, options, time, logger) => Usage = new PostgresUsageStore(dialect, Runner, Tables, time);

    /// <inheritdoc/>
    public override IUsageStore Usage { get; }

    /// <summary>Npgsql's connection string of the options, the password in it, for others that use the same database.</summary>
    /// <exception cref="Data.DataProviderException">The options cannot be used.</exception>
    public static string ConnectionStringOf(SqlProviderOptions options) => PostgresConnection.ToText(options, isCockroach: false);
}
