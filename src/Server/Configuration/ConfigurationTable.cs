namespace Hpc.Server.Configuration;

/// <summary>Every configuration key there is.</summary>
internal static class ConfigurationTable
{
    private const int DaySeconds = 86_400;

    private const int PathLength = 4096;

    /// <summary>The list of listeners; its entries have the keys that begin with this and <c>[]</c>.</summary>
    public const string Listeners = "ssh.listeners";

    public static IReadOnlyList<ConfigurationKey> All { get; } =
    [
        Keys.Text("data_dir", PathLength, "a directory", o => o.DataDirectory, (o, v) => o.DataDirectory = v,
            "Where the database, the host keys and the admin token are kept. Created with mode 0700."),

        Keys.EndPoint(Listeners + "[].address", "ADDRESS:PORT like \"127.0.0.1:2022\", \"[::1]:2022\" or \":2022\" for every address", _ => true, false,
            (o, i) => o.Ssh.Listeners[i].Address, (o, i, v) => o.Ssh.Listeners[i].Address = v,
            "Where to listen for SSH. [::] also takes IPv4."),
        Keys.Choice(Listeners + "[].crypto_profile", (o, i) => o.Ssh.Listeners[i].CryptoProfile, (o, i, v) => o.Ssh.Listeners[i].CryptoProfile = v,
            "Algorithms on offer: default is what ssh-audit passes, compatible adds older sound ones, legacy adds SHA-1 and CBC for clients that know nothing else."),
        Keys.ListBoolean(Listeners + "[].apply_proxy_config", (o, i) => o.Ssh.Listeners[i].ApplyProxyConfig, (o, i, v) => o.Ssh.Listeners[i].ApplyProxyConfig = v,
            "Whether proxy_protocol holds for this listener."),
        Keys.Text("ssh.host_keys", PathLength, "a directory", o => o.Ssh.HostKeys, (o, v) => o.Ssh.HostKeys = v,
            "Host keys in OpenSSH format (ssh_host_*_key, mode 0600). Relative to data_dir. An ed25519 and an RSA key are made where there are none, and the second beside the first alone."),
        Keys.Text("ssh.banner", 4096, "text", o => o.Ssh.Banner, (o, v) => o.Ssh.Banner = v,
            "Shown to clients before they log in."),
        Keys.Text("ssh.banner_file", PathLength, "a file", o => o.Ssh.BannerFile, (o, v) => o.Ssh.BannerFile = v,
            "Like ssh.banner, read from a file of at most 16 KiB."),
        Keys.Integer("ssh.max_auth_tries", 1, 100, o => o.Ssh.MaxAuthTries, (o, v) => o.Ssh.MaxAuthTries = v,
            "Failed tries to log in before the connection is closed."),
        Keys.Integer("ssh.login_grace_seconds", 1, 3600, o => o.Ssh.LoginGraceSeconds, (o, v) => o.Ssh.LoginGraceSeconds = v,
            "Time for key exchange and login together."),
        Keys.ByteSize("ssh.rekey_bytes", 16 * 1024, 64L << 30, o => o.Ssh.RekeyBytes, (o, v) => o.Ssh.RekeyBytes = v,
            "New session keys after this many bytes in one direction."),
        Keys.Integer("ssh.rekey_seconds", 10, DaySeconds, o => o.Ssh.RekeySeconds, (o, v) => o.Ssh.RekeySeconds = v,
            "New session keys after this time."),
        Keys.Integer("ssh.keepalive_seconds", 0, 3600, o => o.Ssh.KeepaliveSeconds, (o, v) => o.Ssh.KeepaliveSeconds = v,
            "A silent client is asked for a sign of life this often; 0 never asks."),
        Keys.Integer("ssh.keepalive_count", 1, 100, o => o.Ssh.KeepaliveCount, (o, v) => o.Ssh.KeepaliveCount = v,
            "Unanswered questions before the connection is closed."),
        Keys.Integer("ssh.limits.max_connections", 1, 1_000_000, o => o.Ssh.Limits.MaxConnections, (o, v) => o.Ssh.Limits.MaxConnections = v,
            "Open connections in all."),
        Keys.Integer("ssh.limits.max_per_host", 0, 1_000_000, o => o.Ssh.Limits.MaxPerHost, (o, v) => o.Ssh.Limits.MaxPerHost = v,
            "Open connections of one address; 0 is no limit."),
        Keys.Integer("ssh.limits.max_startups_per_host", 0, 1_000_000, o => o.Ssh.Limits.MaxStartupsPerHost, (o, v) => o.Ssh.Limits.MaxStartupsPerHost = v,
            "Connections of one address that are not logged in; 0 is no limit."),
        Keys.Integer("ssh.limits.max_startups_start", 1, 1_000_000, o => o.Ssh.Limits.MaxStartupsStart, (o, v) => o.Ssh.Limits.MaxStartupsStart = v,
            "Connections not logged in from which on new ones are refused at random."),
        Keys.Integer("ssh.limits.max_startups_rate", 1, 100, o => o.Ssh.Limits.MaxStartupsRate, (o, v) => o.Ssh.Limits.MaxStartupsRate = v,
            "Percent refused at max_startups_start; rises to all at max_startups_full."),
        Keys.Integer("ssh.limits.max_startups_full", 1, 1_000_000, o => o.Ssh.Limits.MaxStartupsFull, (o, v) => o.Ssh.Limits.MaxStartupsFull = v,
            "Connections not logged in at which every new one is refused."),
        Keys.Integer("ssh.limits.max_channels", 1, 1000, o => o.Ssh.Limits.MaxChannels, (o, v) => o.Ssh.Limits.MaxChannels = v,
            "Open channels of one connection."),
        Keys.Integer("ssh.limits.max_handles", 1, 100_000, o => o.Ssh.Limits.MaxHandles, (o, v) => o.Ssh.Limits.MaxHandles = v,
            "Open files and directories of one SFTP session."),

        .. FtpKeys.All,
        .. ProxyProtocolKeys.All,

        Keys.Integer("buffers.budget_mib", 0, 1 << 20, o => o.Buffers.BudgetMib, (o, v) => o.Buffers.BudgetMib = v,
            "Memory for transfer buffers; 0 is a quarter of what the process may use, from 64 to 8192."),

        Keys.Integer("sessions.idle_timeout_seconds", 0, 7 * DaySeconds, o => o.Sessions.IdleTimeoutSeconds, (o, v) => o.Sessions.IdleTimeoutSeconds = v,
            "A session on which nothing moves is ended after this time; 0 never."),
        Keys.Integer("sessions.max_duration_seconds", 0, 30 * DaySeconds, o => o.Sessions.MaxDurationSeconds, (o, v) => o.Sessions.MaxDurationSeconds = v,
            "A session is ended after this time, whatever it does; 0 never. A request over HTTP is a session of its own."),
        Keys.Integer("sessions.max_per_user", 0, 1_000_000, o => o.Sessions.MaxPerUser, (o, v) => o.Sessions.MaxPerUser = v,
            "Sessions of one user at a time; 0 is no limit."),
        Keys.Integer("sessions.max_total", 0, 1_000_000, o => o.Sessions.MaxTotal, (o, v) => o.Sessions.MaxTotal = v,
            "Sessions in all; 0 is no limit."),

        Keys.Integer("limits.upload_bandwidth", 0, 1 << 30, o => o.Limits.UploadBandwidth, (o, v) => o.Limits.UploadBandwidth = v,
            "KiB/s of all uploads of this node together, whatever the protocol; 0 is no limit."),
        Keys.Integer("limits.download_bandwidth", 0, 1 << 30, o => o.Limits.DownloadBandwidth, (o, v) => o.Limits.DownloadBandwidth = v,
            "KiB/s of all downloads of this node together, whatever the protocol; 0 is no limit."),

        Keys.Choice("storage.confinement", (o, _) => o.Storage.Confinement, (o, _, v) => o.Storage.Confinement = v,
            "Who keeps users below their root: the kernel (openat2, Linux 5.6), or portable checks of every path segment, with more system calls."),
        Keys.Octal("storage.umask", Convert.ToInt32("777", 8), o => o.Storage.Umask, (o, v) => o.Storage.Umask = v,
            "Permission bits that new files and directories never get. The umask that the server is started with does not count."),
        Keys.Choice("storage.setstat_mode", (o, _) => o.Storage.SetstatMode, (o, _, v) => o.Storage.SetstatMode = v,
            "What becomes of requests to change modes, owners and times: apply them, answer success and do nothing, or do nothing only where they cannot be done."),
        Keys.Boolean("storage.create_home", o => o.Storage.CreateHome, (o, v) => o.Storage.CreateHome = v,
            "Create a user's missing home directory at login, with mode 0700. Its parent must be there: a missing one refuses the session."),
        Keys.Choice("storage.upload_mode", (o, _) => o.Storage.UploadMode, (o, _, v) => o.Storage.UploadMode = v,
            "Where an upload of a whole file is written: standard into the file itself; atomic into a hidden file beside it, which takes the name when the client closes it; atomic_with_resume does so after a lost connection too."),
        Keys.Boolean("storage.read_only", o => o.Storage.ReadOnly, (o, v) => o.Storage.ReadOnly = v,
            "Refuse every change of every user."),
        Keys.Boolean("storage.hash_uploads", o => o.Storage.HashUploads, (o, v) => o.Storage.HashUploads = v,
            "Compute the SHA-256 of a file while it is uploaded in order, keep it with the file, and answer check-file and sha256sum with it."),

        Keys.Integer("passwords.workers", 0, 256, o => o.Passwords.Workers, (o, v) => o.Passwords.Workers = v,
            "Passwords checked at the same time; 0 is one less than there are processors."),
        Keys.Integer("passwords.cache_entries", 0, 100_000, o => o.Passwords.CacheEntries, (o, v) => o.Passwords.CacheEntries = v,
            "Users whose last accepted password is recognised without hashing it again, by a keyed digest in memory; 0 for none."),
        Keys.Integer("passwords.cache_seconds", 1, DaySeconds, o => o.Passwords.CacheSeconds, (o, v) => o.Passwords.CacheSeconds = v,
            "Time after which a recognised password is hashed again."),

        .. AccountKeys.All,
        .. DefenderKeys.All,
        .. ClusterKeys.All,

        Keys.EndPoint("admin.address", "a loopback ADDRESS:PORT like \"127.0.0.1:8022\", or \"\" for none", e => System.Net.IPAddress.IsLoopback(e.Address), true,
            (o, _) => o.Admin.Address, (o, _, v) => o.Admin.Address = v,
            "HTTP port for metrics, health and the sessions command."),

        Keys.Choice("log.level", (o, _) => o.Log.Level, (o, _, v) => o.Log.Level = v,
            "The least serious lines that are written. Reloaded on SIGHUP."),
        Keys.Choice("log.format", (o, _) => o.Log.Format, (o, _, v) => o.Log.Format = v,
            "auto writes text to a terminal and JSON lines elsewhere."),
        Keys.Text("log.file", PathLength, "a file, or \"\" for standard error", o => o.Log.File, (o, v) => o.Log.File = v,
            "Where the log goes. Opened anew on SIGHUP."),
        Keys.Integer("log.max_size_mb", 0, 1_000_000, o => o.Log.MaxSizeMb, (o, v) => o.Log.MaxSizeMb = v,
            "The log file is rotated at this size in MiB; 0 never."),
        Keys.Integer("log.max_backups", 0, 1000, o => o.Log.MaxBackups, (o, v) => o.Log.MaxBackups = v,
            "Rotated log files that are kept."),
        Keys.Boolean("log.utc", o => o.Log.Utc, (o, v) => o.Log.Utc = v,
            "Times in UTC instead of local time."),

        Keys.Integer("drain.grace_seconds", 0, DaySeconds, o => o.Drain.GraceSeconds, (o, v) => o.Drain.GraceSeconds = v,
            "Time that running transfers get to finish after SIGTERM or SIGINT."),
    ];

    private static readonly Dictionary<string, ConfigurationKey> ByPath = All.ToDictionary(key => key.Path, StringComparer.Ordinal);

    public static ConfigurationKey? Find(string pathWithoutPositions) => ByPath.GetValueOrDefault(pathWithoutPositions);

    /// <summary>True if keys begin with this path, so that an object or a list stands there.</summary>
    public static bool IsSection(string pathWithoutPositions) =>
        All.Any(key => key.Path.StartsWith(pathWithoutPositions + ".", StringComparison.Ordinal) || key.Path.StartsWith(pathWithoutPositions + "[]", StringComparison.Ordinal));

    /// <summary>The key that was probably meant, or null if none is near.</summary>
    public static string? Nearest(string pathWithoutPositions)
    {
        string? best = null;
        int bestDistance = int.MaxValue;
        foreach (ConfigurationKey key in All)
        {
            int distance = EditDistance.Of(pathWithoutPositions, key.Path);
            if (distance < bestDistance)
            {
                (best, bestDistance) = (key.Path, distance);
            }
        }

        string last = pathWithoutPositions[(pathWithoutPositions.LastIndexOf('.') + 1)..];
        ConfigurationKey? sameName = All.FirstOrDefault(key => key.Path.EndsWith("." + last, StringComparison.Ordinal));
        return bestDistance <= Math.Max(2, pathWithoutPositions.Length / 4) ? best : sameName?.Path;
    }
}
