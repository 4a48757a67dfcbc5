using System.Text.Json.Serialization;

namespace Hpc.HttpApi.Models;

/// <summary>What users may change about themselves; what is not said stays.</summary>
public sealed record UserProfile
{
    /// <summary>Address for notices and new passwords.</summary>
    [JsonPropertyName("email")]
    public string? Email { get; set; }

    /// <summary>Further addresses.</summary>
    [JsonPropertyName("additional_emails")]
    public IReadOnlyList<string>? AdditionalEmails { get; set; }

    /// <summary>Free text.</summary>
    [JsonPropertyName("description")]
    public string? Description { get; set; }

    /// <summary>API keys may act for this user.</summary>
    [JsonPropertyName("allow_api_key_auth")]
    public bool? AllowApiKeyAuth { get; set; }

    /// <summary>Public keys, as lines of <c>authorized_keys</c>.</summary>
    [JsonPropertyName("public_keys")]
    public IReadOnlyList<string>? PublicKeys { get; set; }

    /// <summary>TLS certificates in PEM form.</summary>
    [JsonPropertyName("tls_certs")]
    public IReadOnlyList<string>? TlsCerts { get; set; }
}
