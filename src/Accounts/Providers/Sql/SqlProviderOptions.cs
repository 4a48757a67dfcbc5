namespace Hpc.Accounts.Sql;

/// <summary>How a database server is reached (<c>data_provider</c> of the configuration).</summary>
public sealed record SqlProviderOptions
{
    /// <summary>Default of <see cref="PoolSize"/>.</summary>
    public const int DefaultPoolSize = 20;

    /// <summary>One host or several, separated by commas; each may carry its own <c>:port</c>. With several, the first that fits is used.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Port; 0: the usual one of the driver.</summary>
    public int Port { get; init; }

    /// <summary>Name of the database, which must exist.</summary>
    public string Name { get; init; } = "";

    /// <summary>Name of the database's user.</summary>
    public string UserName { get; init; } = "";

    /// <summary>Its password. Never part of a message.</summary>
    public string Password { get; init; } = "";

    /// <summary>How the connection is protected. MySQL's driver checks the name whenever it checks the authority, and prefers TLS where it is allowed.</summary>
    public DatabaseTlsMode Tls { get; init; }

    /// <summary>File of the certificate authorities in PEM; empty: those of the system. MySQL's driver takes it with a client's certificate alone, and does not check the server with it.</summary>
    public string RootCertificate { get; init; } = "";

    /// <summary>File of the client's certificate in PEM; empty for none.</summary>
    public string ClientCertificate { get; init; } = "";

    /// <summary>File of its key in PEM; MySQL's driver reads PKCS #1 ("BEGIN RSA PRIVATE KEY") alone.</summary>
    public string ClientKey { get; init; } = "";

    /// <summary>The driver's own connection string; takes the place of everything above if it is not empty. Never part of a message.</summary>
    public string ConnectionString { get; init; } = "";

    /// <summary>
    /// Which of several hosts fits: <c>any</c>, <c>read-write</c>, <c>read-only</c>, <c>primary</c>, <c>standby</c>, <c>prefer-standby</c>.
    /// Empty: <c>read-write</c> for PostgreSQL with several hosts, <c>any</c> otherwise.
    /// </summary>
    public string TargetSessionAttributes { get; init; } = "";

    /// <summary>In front of every table's name; a–z, 0–9 and _.</summary>
    public string TablesPrefix { get; init; } = "";

    /// <summary>Most connections at once; 0: <see cref="DefaultPoolSize"/>, and 10 with MySQL, whose driver keeps a thread for each.</summary>
    public int PoolSize { get; init; }

    /// <summary>Most values with an end, nearly: they are counted now and then. Beyond it new ones are refused, and none is forgotten before its end.</summary>
    public int MaxEphemeral { get; init; } = 1_000_000;

    /// <summary>How long to wait for a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one statement may take; also how long it may wait for a lock.</summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a start waits for another node that brings the schema up to date.</summary>
    public TimeSpan MigrationTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Connections that may be in use at once.</summary>
    internal int Connections => PoolSize > 0 ? PoolSize : DefaultPoolSize;

    /// <summary>Without secrets.</summary>
    public override string ToString() => ConnectionString.Length > 0 ? "connection string" : $"{UserName}@{Host}/{Name}";
}
