using Hpc.Accounts.Data;
using Hpc.Accounts.Sql;
using Npgsql;

namespace Hpc.Accounts.Postgres;

/// <summary>Makes Npgsql's data source of the options.</summary>
internal static class PostgresConnection
{
    private const int PostgresPort = 5432;
    private const int CockroachPort = 26257;

    // A connection that nobody has used for so long is closed; so is one of this age, so that a changed address of the server is found.
    private const int IdleSeconds = 300;
    private const int LifetimeSeconds = 3600;

    public static NpgsqlDataSource ToSource(SqlProviderOptions options, bool isCockroach)
    {
        string text = ToText(options, isCockroach);
        try
        {
            return new NpgsqlDataSourceBuilder(text).Build();
        }
        catch (ArgumentException exception)
        {
            throw WrongTarget(exception);
        }
    }

    public static string ToText(SqlProviderOptions options, bool isCockroach)
    {
        ArgumentNullException.ThrowIfNull(options);
        NpgsqlConnectionStringBuilder builder = ToBuilder(options, isCockroach);
        try
        {
            string target = options.TargetSessionAttributes.Length > 0
                ? options.TargetSessionAttributes
                : isCockroach || !HasManyHosts(builder) ? "any" : "read-write";

            // As part of the string, so that it holds for every connection; a single host ignores it.
            builder.TargetSessionAttributes = HasManyHosts(builder) ? target : null;
            return builder.ToString();
        }
        catch (ArgumentException exception)
        {
            throw WrongTarget(exception);
        }
    }

    /// <summary>Hosts and name for messages.</summary>
    public static string Describe(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        return $"'{builder.Database}' at {builder.Host}:{builder.Port}";
    }

    private static DataProviderException WrongTarget(ArgumentException exception) =>
        new($"target_session_attrs of the data provider is any, read-write, read-only, primary, standby or prefer-standby: {exception.Message}");

    private static NpgsqlConnectionStringBuilder ToBuilder(SqlProviderOptions options, bool isCockroach)
    {
        NpgsqlConnectionStringBuilder builder = options.ConnectionString.Length > 0 ? Parse(options.ConnectionString) : FromOptions(options, isCockroach);
        builder.MaxPoolSize = options.Connections;
        builder.MinPoolSize = 0;
        builder.ApplicationName ??= "hpc";
        builder.Timeout = Math.Max(1, (int)options.ConnectTimeout.TotalSeconds);
        builder.CommandTimeout = Math.Max(1, (int)options.StatementTimeout.TotalSeconds);
        builder.ConnectionIdleLifetime = IdleSeconds;
        builder.ConnectionLifetime = LifetimeSeconds;
        builder.IncludeErrorDetail = false;
        builder.PersistSecurityInfo = false;
        builder.KeepAlive = 0;
        builder.TcpKeepAlive = true;
        return builder;
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
            throw new DataProviderException("The connection_string of the data provider cannot be understood; it has the form 'Host=…;Database=…;Username=…;Password=…' of Npgsql.");
        }
    }

    private static NpgsqlConnectionStringBuilder FromOptions(SqlProviderOptions options, bool isCockroach)
    {
        if (options.Name.Length == 0)
        {
            throw new DataProviderException("The data provider needs the name of the database (data_provider.name).");
        }

        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = options.Host.Length > 0 ? options.Host : "127.0.0.1",
            Port = options.Port > 0 ? options.Port : isCockroach ? CockroachPort : PostgresPort,
            Database = options.Name,
            SslMode = ToSslMode(options.Tls),
        };
        SetIfGiven(options.UserName, value => builder.Username = value);
        SetIfGiven(options.Password, value => builder.Password = value);
        SetIfGiven(options.RootCertificate, value => builder.RootCertificate = value);
        SetIfGiven(options.ClientCertificate, value => builder.SslCertificate = value);
        SetIfGiven(options.ClientKey, value => builder.SslKey = value);
        return builder;
    }

    private static void SetIfGiven(string value, Action<string> set)
    {
        if (value.Length > 0)
        {
            set(value);
        }
    }

    private static SslMode ToSslMode(DatabaseTlsMode mode) => mode switch
    {
        DatabaseTlsMode.Disable => SslMode.Disable,
        DatabaseTlsMode.Allow => SslMode.Allow,
        DatabaseTlsMode.Prefer => SslMode.Prefer,
        DatabaseTlsMode.Require => SslMode.Require,
        DatabaseTlsMode.VerifyCa => SslMode.VerifyCA,
        DatabaseTlsMode.VerifyFull => SslMode.VerifyFull,
        _ => throw new DataProviderException($"The driver postgresql does not know the sslmode {mode}."),
    };

    private static bool HasManyHosts(NpgsqlConnectionStringBuilder builder) => builder.Host?.Contains(',') == true;
}
