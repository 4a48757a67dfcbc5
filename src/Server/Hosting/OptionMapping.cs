using Hpc.Accounts.Authentication;
using Hpc.Actors.Sessions;
using Hpc.Crypto;
using Hpc.Crypto.Keys;
using Hpc.Server.Cli;
using Hpc.Server.Configuration;
using Hpc.SshProtocol.Ssh.Server;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs;
using Hpc.Transport.Listening;

namespace Hpc.Server.Hosting;

/// <summary>From configuration sections to the options of each part.</summary>
internal static partial class OptionMapping
{
    private const int MaxBannerLength = 16 * 1024;

    public static ConnectionGateOptions Gate(HpcOptions options) => new()
    {
        MaxConnections = options.Ssh.Limits.MaxConnections,
        MaxConnectionsPerHost = OrUnlimited(options.Ssh.Limits.MaxPerHost),
        MaxBeforeLoginPerHost = OrUnlimited(options.Ssh.Limits.MaxStartupsPerHost),
        BeforeLoginStart = options.Ssh.Limits.MaxStartupsStart,
        BeforeLoginRate = options.Ssh.Limits.MaxStartupsRate,
        BeforeLoginFull = options.Ssh.Limits.MaxStartupsFull,
        LoginGraceTime = TimeSpan.FromSeconds(options.Ssh.LoginGraceSeconds),
    };

    public static SessionLimits SessionLimits(HpcOptions options) => new()
    {
        MaxPerUser = options.Sessions.MaxPerUser,
        MaxTotal = OrUnlimited(options.Sessions.MaxTotal),
        IdleTimeout = TimeSpan.FromSeconds(options.Sessions.IdleTimeoutSeconds),
        MaxDuration = TimeSpan.FromSeconds(options.Sessions.MaxDurationSeconds),
    };

    public static PasswordWorkersOptions PasswordWorkers(HpcOptions options) => new()
    {
        Threads = options.Passwords.Workers > 0 ? options.Passwords.Workers : Math.Max(1, Environment.ProcessorCount - 1),
        Hashing = Hashing(options.Passwords),
    };

    /// <summary>Null if every password is to be verified every time.</summary>
    public static VerifiedPasswordsOptions? VerifiedPasswords(HpcOptions options) => options.Passwords.CacheEntries == 0 ? null : new()
    {
        Capacity = options.Passwords.CacheEntries,
        Lifetime = TimeSpan.FromSeconds(options.Passwords.CacheSeconds),
    };

    public static CryptoProfile Profile(CryptoProfileName name) => name switch
    {
        CryptoProfileName.Legacy => CryptoProfile.Legacy,
        CryptoProfileName.Compatible => CryptoProfile.Compatible,
        _ => CryptoProfile.Default,
    };

    public static SshServerOptions Ssh(HpcOptions options, CryptoProfile profile, IReadOnlyList<SshPrivateKey> hostKeys) => new()
    {
        HostKeys = hostKeys,
        Profile = profile,
        SoftwareVersion = "hpc_" + ProductVersion.Text.Replace('-', '_'),
        Banner = Banner("ssh", options.Ssh.Banner, options.Ssh.BannerFile),
        MaxAuthTries = options.Ssh.MaxAuthTries,
        RekeyBytes = options.Ssh.RekeyBytes,
        RekeyInterval = TimeSpan.FromSeconds(options.Ssh.RekeySeconds),
        KeepaliveInterval = TimeSpan.FromSeconds(options.Ssh.KeepaliveSeconds),
        KeepaliveCountMax = options.Ssh.KeepaliveCount,
        MaxChannels = options.Ssh.Limits.MaxChannels,
        MaxHandles = options.Ssh.Limits.MaxHandles,
    };

    public static LocalFileSystemOptions Local(StorageSection storage) => new()
    {
        Umask = (uint)storage.Umask,
        Confinement = storage.Confinement == ConfinementName.Kernel ? FileSystemConfinement.Kernel : FileSystemConfinement.Portable,
    };

    /// <param name="storage">The section.</param>
    /// <param name="epoch">Eight hex digits that no earlier run had.</param>
    public static VfsOptions Vfs(StorageSection storage, string epoch) => new()
    {
        UploadMode = storage.UploadMode switch
        {
            UploadModeName.Atomic => UploadMode.Atomic,
            UploadModeName.AtomicWithResume => UploadMode.AtomicWithResume,
            _ => UploadMode.Standard,
        },
        SetStatMode = storage.SetstatMode switch
        {
            SetstatModeName.Ignore => SetStatMode.Ignore,
            SetstatModeName.IgnoreUnsupported => SetStatMode.IgnoreUnsupported,
            _ => SetStatMode.Apply,
        },
        IsReadOnly = storage.ReadOnly,
        HashUploads = storage.HashUploads,
        Epoch = epoch,
    };

    private static int OrUnlimited(int limit) => limit > 0 ? limit : int.MaxValue;

    private static string? Banner(string section, string text, string file)
    {
        if (file.Length == 0)
        {
            return text.Length == 0 ? null : text;
        }

        try
        {
            string read = File.ReadAllText(file);
            return read.Length <= MaxBannerLength
                ? read
                : throw new ConfigurationException($"{section}.banner_file: found {read.Length} characters in \"{file}\", allowed: at most {MaxBannerLength}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{section}.banner_file: found \"{file}\", which cannot be read ({e.Message})", e);
        }
    }
}
