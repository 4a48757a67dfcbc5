using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Another SFTP server.</summary>
public sealed record SftpConfig
{
    /// <summary>Host and port.</summary>
    [JsonPropertyName("endpoint")]
    public string Endpoint { get; set => field = value ?? ""; } = "";

    /// <summary>User name.</summary>
    [JsonPropertyName("username")]
    public string Username { get; set => field = value ?? ""; } = "";

    /// <summary>Password.</summary>
    [JsonPropertyName("password")]
    public Secret Password { get; set => field = value ?? new(); } = new();

    /// <summary>Private key (OpenSSH or PEM).</summary>
    [JsonPropertyName("private_key")]
    public Secret PrivateKey { get; set => field = value ?? new(); } = new();

    /// <summary>Passphrase of the private key.</summary>
    [JsonPropertyName("key_passphrase")]
    public Secret KeyPassphrase { get; set => field = value ?? new(); } = new();

    /// <summary>SHA256 fingerprints of host keys; any if empty.</summary>
    [JsonPropertyName("fingerprints")]
    public IReadOnlyList<string> Fingerprints { get; set => field = value ?? []; } = [];

    /// <summary>Only what is below this path.</summary>
    [JsonPropertyName("prefix")]
    public string Prefix { get; set => field = value ?? ""; } = "";

    /// <summary>One READ at a time.</summary>
    [JsonPropertyName("disable_concurrent_reads")]
    public bool DisableConcurrentReads { get; set; }

    /// <summary>MiB, 0 to 16.</summary>
    [JsonPropertyName("buffer_size")]
    public int BufferSize { get; set; }

    /// <summary>1: the same endpoint alone makes two the same server.</summary>
    [JsonPropertyName("equality_check_mode")]
    public int EqualityCheckMode { get; set; }
}
