using System.Net;

namespace Hpc.Server.Configuration;

/// <summary>Everything that can be configured, with its defaults. Filled by <see cref="ConfigurationLoader"/> alone; the keys are those of <see cref="ConfigurationTable"/>.</summary>
internal sealed class HpcOptions
{
    public string DataDirectory { get; set; } = "hpc-data";

    public SshSection Ssh { get; } = new();

    public FtpSection Ftp { get; } = new();

    public ProxyProtocolSection ProxyProtocol { get; } = new();

    public BuffersSection Buffers { get; } = new();

    public SessionsSection Sessions { get; } = new();

    public BandwidthSection Limits { get; } = new();

    public StorageSection Storage { get; } = new();

    public PasswordsSection Passwords { get; } = new();

    public DataProviderSection DataProvider { get; } = new();

    public SecondFactorSection Mfa { get; } = new();

    public SecretsSection Secrets { get; } = new();

    public HttpSection Http { get; } = new();

    /// <summary>1 puts the allow list in force.</summary>
    public int AllowListStatus { get; set; }

    public DefenderSection Defender { get; } = new();

    public List<RateLimiterSection> RateLimiters { get; } = [];

    public ClusterSection Cluster { get; } = new();

    public AdminSection Admin { get; } = new();

    public LogSection Log { get; } = new();

    public DrainSection Drain { get; } = new();
}

internal sealed class SshSection
{
    /// <summary>Empty means the default: port 2022 on every address.</summary>
    public List<ListenerSection> Listeners { get; } = [];

    public string HostKeys { get; set; } = "hostkeys";

    public string Banner { get; set; } = "";

    public string BannerFile { get; set; } = "";

    public int MaxAuthTries { get; set; } = 6;

    public int LoginGraceSeconds { get; set; } = 120;

    public long RekeyBytes { get; set; } = 1L << 30;

    public int RekeySeconds { get; set; } = 3600;

    public int KeepaliveSeconds { get; set; } = 60;

    public int KeepaliveCount { get; set; } = 3;

    public LimitsSection Limits { get; } = new();
}

internal sealed class ListenerSection
{
    public IPEndPoint? Address { get; set; }

    public CryptoProfileName CryptoProfile { get; set; }

    public bool ApplyProxyConfig { get; set; } = true;
}

/// <summary>Which algorithms a listener offers.</summary>
internal enum CryptoProfileName
{
    Default,
    Compatible,
    Legacy,
}

internal sealed class LimitsSection
{
    public int MaxConnections { get; set; } = 10_000;

    public int MaxPerHost { get; set; }

    public int MaxStartupsPerHost { get; set; } = 50;

    public int MaxStartupsStart { get; set; } = 100;

    public int MaxStartupsRate { get; set; } = 30;

    public int MaxStartupsFull { get; set; } = 1000;

    public int MaxChannels { get; set; } = 10;

    public int MaxHandles { get; set; } = 1000;
}

internal sealed class BuffersSection
{
    /// <summary>0 is a quarter of the memory that the process may use.</summary>
    public int BudgetMib { get; set; }
}

internal sealed class SessionsSection
{
    public int IdleTimeoutSeconds { get; set; } = 900;

    /// <summary>0 is no end.</summary>
    public int MaxDurationSeconds { get; set; }

    public int MaxPerUser { get; set; }

    public int MaxTotal { get; set; }
}

internal sealed class StorageSection
{
    public ConfinementName Confinement { get; set; }

    public int Umask { get; set; } = Convert.ToInt32("022", 8);

    public SetstatModeName SetstatMode { get; set; }

    public bool CreateHome { get; set; } = true;

    public UploadModeName UploadMode { get; set; }

    public bool ReadOnly { get; set; }

    public bool HashUploads { get; set; }
}

/// <summary>Where an upload is written until it is closed.</summary>
internal enum UploadModeName
{
    Standard,
    Atomic,
    AtomicWithResume,
}

/// <summary>Who keeps paths below a user's root.</summary>
internal enum ConfinementName
{
    Kernel,
    Portable,
}

/// <summary>What becomes of requests to change modes, owners and times.</summary>
internal enum SetstatModeName
{
    Apply,
    Ignore,
    IgnoreUnsupported,
}

internal sealed class PasswordsSection
{
    /// <summary>0 is one less than there are processors, at least one.</summary>
    public int Workers { get; set; }

    /// <summary>0 verifies every password every time.</summary>
    public int CacheEntries { get; set; } = 500;

    public int CacheSeconds { get; set; } = 600;

    public PasswordAlgorithmName Algorithm { get; set; }

    public int BcryptCost { get; set; } = 10;

    public int Argon2Memory { get; set; } = 65_536;

    public int Argon2Iterations { get; set; } = 1;

    public int Argon2Parallelism { get; set; } = 2;

    public PasswordRulesSection Users { get; } = new();

    public PasswordRulesSection Admins { get; } = new();
}

internal sealed class AdminSection
{
    /// <summary>Null switches the admin and metrics port off.</summary>
    public IPEndPoint? Address { get; set; } = new(IPAddress.Loopback, 8022);
}

internal sealed class LogSection
{
    public LogLevelName Level { get; set; } = LogLevelName.Info;

    public LogFormatName Format { get; set; }

    public string File { get; set; } = "";

    public int MaxSizeMb { get; set; } = 10;

    public int MaxBackups { get; set; } = 5;

    public bool Utc { get; set; }
}

internal enum LogLevelName
{
    Debug,
    Info,
    Warn,
    Error,
}

internal enum LogFormatName
{
    /// <summary>Text on a terminal, JSON elsewhere.</summary>
    Auto,
    Json,
    Text,
}

internal sealed class DrainSection
{
    public int GraceSeconds { get; set; } = 30;
}
