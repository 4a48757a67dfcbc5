using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>An HTTP server that keeps the files.</summary>
public sealed record HttpConfig
{
    /// <summary>URL.</summary>
    [JsonPropertyName("endpoint")]
    public string Endpoint { get; set => field = value ?? ""; } = "";

    /// <summary>User name.</summary>
    [JsonPropertyName("username")]
    public string Username { get; set => field = value ?? ""; } = "";

    /// <summary>Password.</summary>
    [JsonPropertyName("password")]
    public Secret Password { get; set => field = value ?? new(); } = new();

    /// <summary>API key.</summary>
    [JsonPropertyName("api_key")]
    public Secret ApiKey { get; set => field = value ?? new(); } = new();

    /// <summary>Accepts any certificate.</summary>
    [JsonPropertyName("skip_tls_verify")]
    public bool SkipTlsVerify { get; set; }

    /// <summary>1: the same endpoint alone makes two the same server.</summary>
    [JsonPropertyName("equality_check_mode")]
    public int EqualityCheckMode { get; set; }
}
