using System.Globalization;
using Npgsql;

namespace Hpc.Actors.Cluster.Postgres;

/// <summary>Makes the engine's pools of connections.</summary>
internal static class PostgresSources
{
    // A cancelled statement is waited for that long before its connection is given up.
    private const int CancelMilliseconds = 500;

    // A server that cannot send its answer to a stopped process holds the locks of the statement that long.
    private const int SendMilliseconds = 5_000;

    public static NpgsqlDataSource Make(PostgresEngineOptions options, string use, int connections, TimeSpan timeout)
    {
        NpgsqlConnectionStringBuilder builder = Parse(options.ConnectionString);
        string settings = string.Create(
            CultureInfo.InvariantCulture, $"-c statement_timeout={(long)timeout.TotalMilliseconds} -c lock_timeout=0 -c tcp_user_timeout={SendMilliseconds} -c jit=off");
        builder.Options = builder.Options is { Length: > 0 } given ? $"{given} {settings}" : settings;
        builder.MaxPoolSize = connections;
        builder.MinPoolSize = 0;
        builder.ApplicationName = $"hpc cluster {use}";
        builder.Timeout = Math.Max(1, (int)options.ConnectTimeout.TotalSeconds);
        builder.CommandTimeout = Math.Max(1, (int)Math.Ceiling(timeout.TotalSeconds) + 1);
        builder.CancellationTimeout = CancelMilliseconds;
        builder.MaxAutoPrepare = 20;
        builder.AutoPrepareMinUsages = 2;
        builder.IncludeErrorDetail = false;
        builder.PersistSecurityInfo = false;
        builder.TcpKeepAlive = true;

        // Functions alone are called, which leave nothing behind in the connection: resetting it would be seven statements more for each tick.
        builder.NoResetOnClose = true;
        return new NpgsqlDataSourceBuilder(builder.ToString()).Build();
    }

    /// <summary>Hosts and name for messages.</summary>
    public static string Describe(PostgresEngineOptions options)
    {
        NpgsqlConnectionStringBuilder builder = Parse(options.ConnectionString);
        return $"'{builder.Database}' at {builder.Host}:{builder.Port}";
    }

    // What the parser says may quote the string, and so the password.
    private static NpgsqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException)
        {
            throw new PostgresEngineException("The connection string of the cluster's database cannot be understood; it has the form 'Host=…;Database=…;Username=…;Password=…' of Npgsql.");
        }
    }
}
