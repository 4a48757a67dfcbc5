using Hpc.Accounts.Data;
using Hpc.Accounts.Sql;
using MySql.Data.MySqlClient;

namespace Hpc.Accounts.MySql;

/// <summary>Makes MySql.Data's connection string of the options.</summary>
internal static class MySqlConnectionText
{
    private const uint DefaultPort = 3306;
    private const uint LifetimeSeconds = 3600;

    // Each keeps a thread of the pool while it waits for the server.
    private const int DefaultConnections = 10;

    public static int ConnectionsOf(SqlProviderOptions options) => options.PoolSize > 0 ? options.PoolSize : DefaultConnections;

    public static string Make(SqlProviderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        MySqlConnectionStringBuilder builder = options.ConnectionString.Length > 0 ? Parse(options.ConnectionString) : FromOptions(options);
        builder.Pooling = true;
        builder.MaximumPoolSize = (uint)ConnectionsOf(options);
        builder.MinimumPoolSize = 0;
        builder.ConnectionTimeout = (uint)Math.Max(1, options.ConnectTimeout.TotalSeconds);
        builder.DefaultCommandTimeout = (uint)Math.Max(1, options.StatementTimeout.TotalSeconds);
        builder.ConnectionLifeTime = LifetimeSeconds;
        builder.CharacterSet = "utf8mb4";
        builder.PersistSecurityInfo = false;
        builder.AllowLoadLocalInfile = false;
        builder.AutoEnlist = false;

        // Rows that an UPDATE finds count, as elsewhere, whether they differ or not.
        builder.UseAffectedRows = false;
        return builder.ToString();
    }

    // What the parser says may quote the string, and so the password.
    private static MySqlConnectionStringBuilder Parse(string text)
    {
        try
        {
            return new MySqlConnectionStringBuilder(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException)
        {
            throw new DataProviderException("The connection_string of the data provider cannot be understood; it has the form 'Server=…;Database=…;User ID=…;Password=…' of MySql.Data.");
        }
    }

    private static MySqlConnectionStringBuilder FromOptions(SqlProviderOptions options)
    {
        if (options.Name.Length == 0)
        {
            throw new DataProviderException("The data provider needs the name of the database (data_provider.name).");
        }

        if (options.Host.Contains(','))
        {
            throw new DataProviderException("The driver mysql takes one host (data_provider.host).");
        }

        var builder = new MySqlConnectionStringBuilder
        {
            Server = options.Host.Length > 0 ? options.Host : "127.0.0.1",
            Port = options.Port > 0 ? (uint)options.Port : DefaultPort,
            Database = options.Name,
            UserID = options.UserName,
            Password = options.Password,
            SslMode = ToSslMode(options.Tls),
        };
        // MySql.Data 8.0.16 refuses each of the three files without the others, and with them does not check the server's name in any mode:
        // they serve to show a client's certificate, and never to check the server. Without them, the system's authorities are asked and the name is checked.
        string[] files = [options.RootCertificate, options.ClientCertificate, options.ClientKey];
        if (files.Any(file => file.Length > 0))
        {
            if (builder.SslMode == MySqlSslMode.VerifyFull || files.Any(file => file.Length == 0))
            {
                throw new DataProviderException(
                    "The driver mysql takes root_cert, client_cert and client_key together, and not with sslmode verify_ca or verify_full. To check the server, add its authority to those of the system, or name a file of them in SSL_CERT_FILE.");
            }

            (builder.SslCa, builder.SslCert, builder.SslKey) = (options.RootCertificate, options.ClientCertificate, options.ClientKey);
        }

        return builder;
    }

    // Never weaker than asked: the authority is not checked alone.
    private static MySqlSslMode ToSslMode(DatabaseTlsMode mode) => mode switch
    {
        DatabaseTlsMode.Disable => MySqlSslMode.None,
        DatabaseTlsMode.Allow or DatabaseTlsMode.Prefer => MySqlSslMode.Preferred,
        DatabaseTlsMode.Require => MySqlSslMode.Required,
        DatabaseTlsMode.VerifyCa or DatabaseTlsMode.VerifyFull => MySqlSslMode.VerifyFull,
        _ => throw new DataProviderException($"The driver mysql does not know the sslmode {mode}."),
    };
}
