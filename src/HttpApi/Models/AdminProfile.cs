using System.Text.Json.Serialization;

namespace Hpc.HttpApi.Models;

/// <summary>What administrators may change about themselves.</summary>
public sealed record AdminProfile
{
    /// <summary>Address for notices.</summary>
    [JsonPropertyName("email")]
    public string? Email { get; set; }

    /// <summary>For the operator.</summary>
    [JsonPropertyName("description")]
    public string? Description { get; set; }

    /// <summary>API keys may act for this administrator.</summary>
    [JsonPropertyName("allow_api_key_auth")]
    public bool AllowApiKeyAuth { get; set; }
}
