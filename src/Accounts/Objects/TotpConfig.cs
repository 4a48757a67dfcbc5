using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Second factor of an account (RFC 6238); changed through the calls for it alone.</summary>
public sealed record TotpConfig
{
    /// <summary>True if a code is asked for.</summary>
    [JsonPropertyName("enabled")]
    public bool Enabled { get; set; }

    /// <summary>Name of the server's configuration that it was made with.</summary>
    [JsonPropertyName("config_name")]
    public string ConfigName { get; set => field = value ?? ""; } = "";

    /// <summary>The shared secret (base32).</summary>
    [JsonPropertyName("secret")]
    public Secret Secret { get; set => field = value ?? new(); } = new();

    /// <summary>Protocols that ask for a code (SSH, FTP, HTTP); for users alone.</summary>
    [JsonPropertyName("protocols")]
    public IReadOnlyList<string> Protocols { get; set => field = value ?? []; } = [];
}
