using System.Text.Json.Serialization;

namespace Hpc.HttpApi.Models;

/// <summary>The state of every service (R11.11).</summary>
public sealed record ServicesStatus
{
    /// <summary>SSH.</summary>
    [JsonPropertyName("ssh")]
    public SshServiceStatus Ssh { get; init; } = new();

    /// <summary>FTP.</summary>
    [JsonPropertyName("ftp")]
    public FtpServiceStatus Ftp { get; init; } = new();

    /// <summary>WebDAV.</summary>
    [JsonPropertyName("webdav")]
    public ActiveStatus WebDav { get; init; } = new();

    /// <summary>The data provider.</summary>
    [JsonPropertyName("data_provider")]
    public DataProviderStatus DataProvider { get; init; } = new();

    /// <summary>The defender.</summary>
    [JsonPropertyName("defender")]
    public ActiveStatus Defender { get; init; } = new();

    /// <summary>Second factors.</summary>
    [JsonPropertyName("mfa")]
    public MfaStatus Mfa { get; init; } = new();

    /// <summary>The allow list.</summary>
    [JsonPropertyName("allow_list")]
    public ActiveStatus AllowList { get; init; } = new();

    /// <summary>Rate limiters.</summary>
    [JsonPropertyName("rate_limiters")]
    public RateLimitersStatus RateLimiters { get; init; } = new();
}

/// <summary>Whether something is on.</summary>
public record ActiveStatus
{
    /// <summary>It is.</summary>
    [JsonPropertyName("is_active")]
    public bool IsActive { get; init; }
}

/// <summary>SSH.</summary>
public sealed record SshServiceStatus : ActiveStatus
{
    /// <summary>Where it listens.</summary>
    [JsonPropertyName("bindings")]
    public IReadOnlyList<BindingStatus> Bindings { get; init; } = [];

    /// <summary>Host keys.</summary>
    [JsonPropertyName("host_keys")]
    public IReadOnlyList<SshHostKeyStatus> HostKeys { get; init; } = [];

    /// <summary>Commands.</summary>
    [JsonPropertyName("ssh_commands")]
    public IReadOnlyList<string> SshCommands { get; init; } = [];

    /// <summary>How users may log in.</summary>
    [JsonPropertyName("authentications")]
    public IReadOnlyList<string> Authentications { get; init; } = [];

    /// <summary>Algorithms for integrity.</summary>
    [JsonPropertyName("macs")]
    public IReadOnlyList<string> Macs { get; init; } = [];

    /// <summary>Algorithms for key exchange.</summary>
    [JsonPropertyName("kex_algorithms")]
    public IReadOnlyList<string> KexAlgorithms { get; init; } = [];

    /// <summary>Algorithms for encryption.</summary>
    [JsonPropertyName("ciphers")]
    public IReadOnlyList<string> Ciphers { get; init; } = [];

    /// <summary>Algorithms of users' keys.</summary>
    [JsonPropertyName("public_key_algorithms")]
    public IReadOnlyList<string> PublicKeyAlgorithms { get; init; } = [];
}

/// <summary>Where a service listens.</summary>
public sealed record BindingStatus
{
    /// <summary>Address; empty is all.</summary>
    [JsonPropertyName("address")]
    public string Address { get; init; } = "";

    /// <summary>Port.</summary>
    [JsonPropertyName("port")]
    public int Port { get; init; }

    /// <summary>The PROXY protocol may be spoken.</summary>
    [JsonPropertyName("apply_proxy_config")]
    public bool ApplyProxyConfig { get; init; }
}

/// <summary>A host key.</summary>
public sealed record SshHostKeyStatus
{
    /// <summary>Its file.</summary>
    [JsonPropertyName("path")]
    public string Path { get; init; } = "";

    /// <summary>Its fingerprint.</summary>
    [JsonPropertyName("fingerprint")]
    public string Fingerprint { get; init; } = "";

    /// <summary>What it signs with.</summary>
    [JsonPropertyName("algorithms")]
    public IReadOnlyList<string> Algorithms { get; init; } = [];
}

/// <summary>The data provider.</summary>
public sealed record DataProviderStatus : ActiveStatus
{
    /// <summary>Its name.</summary>
    [JsonPropertyName("driver")]
    public string Driver { get; init; } = "";

    /// <summary>What is wrong; empty if nothing is.</summary>
    [JsonPropertyName("error")]
    public string Error { get; init; } = "";
}

/// <summary>Second factors.</summary>
public sealed record MfaStatus : ActiveStatus
{
    /// <summary>The configurations that accounts choose from.</summary>
    [JsonPropertyName("totp_configs")]
    public IReadOnlyList<TotpConfigAnswer> TotpConfigs { get; init; } = [];
}

/// <summary>Rate limiters.</summary>
public sealed record RateLimitersStatus : ActiveStatus
{
    /// <summary>What they limit.</summary>
    [JsonPropertyName("protocols")]
    public IReadOnlyList<string> Protocols { get; init; } = [];
}
