using Hpc.Accounts.Sql;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.MySql;

/// <summary>The data provider on MySQL and MariaDB. Schema changes are not taken back there: a migration that was interrupted is finished by the next start.</summary>
public sealed class MySqlDataProvider : SqlDataProvider
{
    /// <summary>A closed provider.</summary>
    /// <exception cref="Data.DataProviderException">The options cannot be used.</exception>
    public MySqlDataProvider(SqlProviderOptions options, TimeProvider time, ILogger logger)
        : this(options, new MySqlDialect(MySqlConnectionText.Make(options), options), time, logger)
    {
    }

    internal MySqlDataProvider(SqlProviderOptions options, SqlDialect dialect, TimeProvider time, ILogger logger)
        : base(dialect, options, time, logger)
    {
    }
}
