using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.KeyValue;
using Hpc.Accounts.MySql;
using Hpc.Accounts.Postgres;
using Hpc.Accounts.Sql;
using Hpc.Accounts.Sqlite;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Provision;

/// <summary>Makes the configured data provider.</summary>
internal static class DataProviders
{
    /// <exception cref="ConfigurationException">The password file cannot be read, or files for TLS are missing or given without TLS.</exception>
    public static IDataProvider Create(DataProviderSection options, DataDirectory directory, TimeProvider time, ILoggerFactory loggers) => options.Driver switch
    {
        DataProviderDriver.Postgresql => new PostgresDataProvider(Server(options), time, loggers.CreateLogger<PostgresDataProvider>()),
        DataProviderDriver.Cockroachdb => new CockroachDataProvider(Server(options), time, loggers.CreateLogger<CockroachDataProvider>()),
        DataProviderDriver.Mysql => new MySqlDataProvider(Server(options), time, loggers.CreateLogger<MySqlDataProvider>()),
        DataProviderDriver.Keyvalue => new KeyValueDataProvider(directory.Database, new MemoryDataProviderOptions(), time, loggers.CreateLogger<KeyValueDataProvider>()),
        DataProviderDriver.Memory => new MemoryDataProvider(time),
        _ => new SqliteDataProvider(directory.Database, time),
    };

    /// <summary>True if the provider keeps what is in use for all nodes; elsewhere it is in a file of this node.</summary>
    public static bool KeepsUsage(DataProviderDriver driver) => driver is DataProviderDriver.Postgresql or DataProviderDriver.Cockroachdb;

    /// <summary>Npgsql's connection string of a section with the driver postgresql.</summary>
    /// <exception cref="ConfigurationException">The password file cannot be read, or files for TLS are missing or given without TLS.</exception>
    public static string ConnectionStringOf(DataProviderSection options) => PostgresDataProvider.ConnectionStringOf(Server(options));

    private static SqlProviderOptions Server(DataProviderSection options)
    {
        CheckFiles(options);
        return new()
        {
            Host = options.Host,
            Port = options.Port,
            Name = options.Name.Length > 0 ? options.Name : "hpc",
            UserName = options.Username,
            Password = PasswordOf(options),
            Tls = TlsOf(options.SslMode),
            RootCertificate = options.RootCert,
            ClientCertificate = options.ClientCert,
            ClientKey = options.ClientKey,
            ConnectionString = options.ConnectionString,
            TargetSessionAttributes = options.TargetSessionAttrs,
            TablesPrefix = options.TablesPrefix,
            PoolSize = options.PoolSize,
        };
    }

    // Who gives a certificate wants TLS; without this the connection would be open and nobody would know.
    private static void CheckFiles(DataProviderSection options)
    {
        (string Key, string File)[] files =
        [
            .. new[] { ("root_cert", options.RootCert), ("client_cert", options.ClientCert), ("client_key", options.ClientKey) }.Where(static one => one.Item2.Length > 0),
        ];
        if (options.ConnectionString.Length > 0 || files.Length == 0)
        {
            return;
        }

        var faults = new List<string>();
        if (options.SslMode == DatabaseTls.Disable)
        {
            string keys = string.Join(" and ", files.Select(static one => "data_provider." + one.Key));
            faults.Add($"data_provider.sslmode: found disable together with {keys}, allowed: a mode with TLS (verify_full checks the server's certificate and name), or none of these files.");
        }

        if (options.ClientCert.Length == 0 && options.ClientKey.Length > 0)
        {
            faults.Add("data_provider.client_key: found without data_provider.client_cert, allowed: both or none.");
        }

        faults.AddRange(files.Where(static one => !File.Exists(one.File)).Select(static one => $"data_provider.{one.Key}: found \"{one.File}\", which is not there, allowed: a file in PEM form."));
        if (faults.Count > 0)
        {
            throw new ConfigurationException([.. faults]);
        }
    }

    internal static DatabaseTlsMode TlsOf(DatabaseTls mode) => mode switch
    {
        DatabaseTls.Disable => DatabaseTlsMode.Disable,
        DatabaseTls.Allow => DatabaseTlsMode.Allow,
        DatabaseTls.Prefer => DatabaseTlsMode.Prefer,
        DatabaseTls.Require => DatabaseTlsMode.Require,
        DatabaseTls.VerifyCa => DatabaseTlsMode.VerifyCa,
        DatabaseTls.VerifyFull => DatabaseTlsMode.VerifyFull,
        _ => throw new ConfigurationException($"data_provider.sslmode: {mode} is not known"),
    };

    private static string PasswordOf(DataProviderSection options)
    {
        if (options.PasswordFile.Length == 0)
        {
            return options.Password;
        }

        try
        {
            using StreamReader reader = File.OpenText(options.PasswordFile);
            return reader.ReadLine() ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"data_provider.password_file: found \"{options.PasswordFile}\", which cannot be read ({e.Message})", e);
        }
    }
}
