using System.Net;

namespace Hpc.Server.Configuration;

internal sealed class DataProviderSection
{
    public DataProviderDriver Driver { get; set; }

    /// <summary>Of the database on its server, or a file relative to the data directory; empty is the driver's default.</summary>
    public string Name { get; set; } = "";

    public string Host { get; set; } = "";

    /// <summary>0 is the driver's default.</summary>
    public int Port { get; set; }

    public string Username { get; set; } = "";

    public string Password { get; set; } = "";

    public string PasswordFile { get; set; } = "";

    public DatabaseTls SslMode { get; set; }

    public string RootCert { get; set; } = "";

    public string ClientCert { get; set; } = "";

    public string ClientKey { get; set; } = "";

    public string TargetSessionAttrs { get; set; } = "";

    public string ConnectionString { get; set; } = "";

    public string TablesPrefix { get; set; } = "";

    public int PoolSize { get; set; } = 20;

    public int UpdateMode { get; set; }

    public string UsersBaseDirectory { get; set; } = "";

    public bool CreateDefaultAdmin { get; set; }

    public int NamingRules { get; set; } = 5;

    public string BackupsPath { get; set; } = "backups";

    public string LoadFrom { get; set; } = "";

    public int LoadMode { get; set; } = 1;

    public bool LoadClean { get; set; }
}

/// <summary>Where objects are kept.</summary>
internal enum DataProviderDriver
{
    Sqlite,
    Postgresql,
    Cockroachdb,
    Mysql,
    Keyvalue,
    Memory,
}

/// <summary>How the connection to a database server is protected.</summary>
internal enum DatabaseTls
{
    Disable,
    Require,
    VerifyCa,
    VerifyFull,
    Prefer,
    Allow,
}

internal sealed class PasswordRulesSection
{
    public int MinEntropy { get; set; }

    public int Length { get; set; }

    public int Uppers { get; set; }

    public int Lowers { get; set; }

    public int Digits { get; set; }

    public int Specials { get; set; }
}

/// <summary>What new password hashes are made with.</summary>
internal enum PasswordAlgorithmName
{
    Bcrypt,
    Argon2id,
}

internal sealed class SecondFactorSection
{
    public string Name { get; set; } = "Default";

    public string Issuer { get; set; } = "hpc";

    public TotpAlgorithmName Algorithm { get; set; }
}

internal enum TotpAlgorithmName
{
    Sha1,
    Sha256,
    Sha512,
}

internal sealed class SecretsSection
{
    /// <summary>Relative to the data directory.</summary>
    public string MasterKeyFile { get; set; } = "secrets.key";

    public bool AcceptNewKey { get; set; }
}

internal sealed class HttpSection
{
    public bool Enabled { get; set; } = true;

    /// <summary>Empty means the default: port 8080 on loopback.</summary>
    public List<HttpListenerSection> Listeners { get; } = [];

    public bool RenderOpenApi { get; set; } = true;

    public int TokenMinutes { get; set; } = 20;

    public bool TokensAnyAddress { get; set; }

    public string SetupCode { get; set; } = "";

    public string AllowedOrigins { get; set; } = "";

    public string ProxyAllowed { get; set; } = "";

    public string ClientIpHeader { get; set; } = "";

    public int RequestsPerSecond { get; set; } = 100;

    public int LoginsPerMinute { get; set; } = 60;

    public int MaxConnections { get; set; } = 1000;

    public int MaxConnectionsPerAddress { get; set; } = 100;

    public long MaxJsonSize { get; set; } = 1 << 20;

    public long MaxHeaderSize { get; set; } = 32 << 10;

    public int MaxHeaders { get; set; } = 100;

    public int MaxStreams { get; set; } = 64;

    public int HeaderSeconds { get; set; } = 15;

    public int IdleSeconds { get; set; } = 120;

    public int RequestSeconds { get; set; } = 60;
}

internal sealed class HttpListenerSection
{
    public IPEndPoint? Address { get; set; }

    public string CertificateFile { get; set; } = "";

    public string CertificateKeyFile { get; set; } = "";

    public HttpClientAuth ClientAuth { get; set; }

    public string ClientCaFile { get; set; } = "";

    public string CaRevocationLists { get; set; } = "";

    public HttpTlsVersion MinTlsVersion { get; set; }

    public string CipherSuites { get; set; } = "";

    public bool HttpsRedirect { get; set; }

    public string HttpsHost { get; set; } = "";
}

/// <summary>Whether clients show a certificate.</summary>
internal enum HttpClientAuth
{
    None,
    Require,
    Verify,
}

internal enum HttpTlsVersion
{
    Tls12,
    Tls13,
}
