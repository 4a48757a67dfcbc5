using System.Text.Json.Serialization;

namespace Hpc.HttpApi.Tokens;

/// <summary>What the store keeps about a token; the token itself is not in it.</summary>
internal sealed record StoredToken
{
    [JsonPropertyName("audience")]
    public TokenAudience Audience { get; set; }

    [JsonPropertyName("name")]
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>Digest of the account's credentials when it was given out.</summary>
    [JsonPropertyName("credentials")]
    public string Credentials { get; set => field = value ?? ""; } = "";

    /// <summary>The account's role when it was given out.</summary>
    [JsonPropertyName("role")]
    public string Role { get; set => field = value ?? ""; } = "";

    /// <summary>Unix milliseconds.</summary>
    [JsonPropertyName("expires_at")]
    public long ExpiresAt { get; set; }

    /// <summary>The address that it was given to.</summary>
    [JsonPropertyName("address")]
    public string Address { get; set => field = value ?? ""; } = "";

    /// <summary>Name of its entry in the list of the account's tokens.</summary>
    [JsonPropertyName("entry")]
    public string Entry { get; set => field = value ?? ""; } = "";
}
