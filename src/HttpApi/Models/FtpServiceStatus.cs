using System.Text.Json.Serialization;

namespace Hpc.HttpApi.Models;

/// <summary>FTP.</summary>
public sealed record FtpServiceStatus : ActiveStatus
{
    /// <summary>Where it listens.</summary>
    [JsonPropertyName("bindings")]
    public IReadOnlyList<FtpBindingStatus> Bindings { get; init; } = [];

    /// <summary>The ports of passive data connections.</summary>
    [JsonPropertyName("passive_port_range")]
    public FtpPortRange PassivePortRange { get; init; } = new(0, 0);
}

/// <summary>Where FTP is listened for.</summary>
public sealed record FtpBindingStatus
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

    /// <summary>0: TLS is up to the client, or there is none; 1: it is asked for; 2: it is spoken from the first byte on.</summary>
    [JsonPropertyName("tls_mode")]
    public int TlsMode { get; init; }

    /// <summary>The lowest version of TLS: 12 or 13.</summary>
    [JsonPropertyName("min_tls_version")]
    public int MinTlsVersion { get; init; } = 12;

    /// <summary>The address that PASV tells; empty is the server's own.</summary>
    [JsonPropertyName("force_passive_ip")]
    public string ForcePassiveIp { get; init; } = "";

    /// <summary>Other addresses for clients of some networks.</summary>
    [JsonPropertyName("passive_ip_overrides")]
    public IReadOnlyList<FtpPassiveOverride> PassiveIpOverrides { get; init; } = [];

    /// <summary>Client certificates: 0 none, 1 required, 2 verified if given.</summary>
    [JsonPropertyName("client_auth_type")]
    public int ClientAuthType { get; init; }

    /// <summary>Cipher suites of TLS 1.2; empty is the system's.</summary>
    [JsonPropertyName("tls_cipher_suites")]
    public IReadOnlyList<string> TlsCipherSuites { get; init; } = [];

    /// <summary>1: passive data connections may come from other addresses.</summary>
    [JsonPropertyName("passive_connections_security")]
    public int PassiveConnectionsSecurity { get; init; }

    /// <summary>1: active data connections may go to other addresses.</summary>
    [JsonPropertyName("active_connections_security")]
    public int ActiveConnectionsSecurity { get; init; }

    /// <summary>1: TYPE A is accepted and ignored.</summary>
    [JsonPropertyName("ignore_ascii_transfer_type")]
    public int IgnoreAsciiTransferType { get; init; }

    /// <summary>Commands are logged.</summary>
    [JsonPropertyName("debug")]
    public bool Debug { get; init; }
}

/// <summary>The address that PASV tells clients of some networks.</summary>
/// <param name="Networks">In CIDR form.</param>
/// <param name="Ip">The address; empty is the server's own.</param>
public sealed record FtpPassiveOverride(
    [property: JsonPropertyName("networks")] IReadOnlyList<string> Networks,
    [property: JsonPropertyName("ip")] string Ip);

/// <summary>A range of ports, both included.</summary>
/// <param name="Start">The first; 0 is any.</param>
/// <param name="End">The last.</param>
public sealed record FtpPortRange(
    [property: JsonPropertyName("start")] int Start,
    [property: JsonPropertyName("end")] int End);
