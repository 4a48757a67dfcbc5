using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A key for the REST API (R3.21).</summary>
public sealed record ApiKey : IAccountObject
{
    /// <summary>Public part of the key.</summary>
    [JsonPropertyName("id")]
    public string Id { get; set => field = value ?? ""; } = "";

    /// <summary>For the operator.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>In the answer to its creation the whole key; stored: the hash of its secret part.</summary>
    [JsonPropertyName("key")]
    public string? Key { get; set; }

    /// <summary>1 administrator, 2 user.</summary>
    [JsonPropertyName("scope")]
    public int Scope { get; set; }

    /// <summary>When it was added, Unix milliseconds; read only.</summary>
    [JsonPropertyName("created_at")]
    public long CreatedAt { get; set; }

    /// <summary>When it was last changed, Unix milliseconds; read only.</summary>
    [JsonPropertyName("updated_at")]
    public long UpdatedAt { get; set; }

    /// <summary>Unix milliseconds, at most every 10 minutes; read only.</summary>
    [JsonPropertyName("last_use_at")]
    public long LastUseAt { get; set; }

    /// <summary>Unix milliseconds; 0 is never.</summary>
    [JsonPropertyName("expires_at")]
    public long ExpiresAt { get; set; }

    /// <summary>For the operator.</summary>
    [JsonPropertyName("description")]
    public string Description { get; set => field = value ?? ""; } = "";

    /// <summary>The user it acts for; empty: the one named by the key's third part.</summary>
    [JsonPropertyName("user")]
    public string User { get; set => field = value ?? ""; } = "";

    /// <summary>The administrator it acts for; empty: the one named by the key's third part.</summary>
    [JsonPropertyName("admin")]
    public string Admin { get; set => field = value ?? ""; } = "";

    /// <inheritdoc/>
    ObjectKind IAccountObject.Kind => ObjectKind.ApiKey;

    /// <inheritdoc/>
    string IAccountObject.Name => Id;

    /// <inheritdoc/>
    public override string ToString() => Id;
}
