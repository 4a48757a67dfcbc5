using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Files of a user for others (R3.24).</summary>
public sealed record Share : IAccountObject
{
    /// <summary>Unguessable.</summary>
    [JsonPropertyName("id")]
    public string Id { get; set => field = value ?? ""; } = "";

    /// <summary>For people.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>For the operator.</summary>
    [JsonPropertyName("description")]
    public string Description { get; set => field = value ?? ""; } = "";

    /// <summary>1 read, 2 write, 3 both.</summary>
    [JsonPropertyName("scope")]
    public int Scope { get; set; }

    /// <summary>Absolute virtual paths.</summary>
    [JsonPropertyName("paths")]
    public IReadOnlyList<string> Paths { get; set => field = value ?? []; } = [];

    /// <summary>Whose files they are.</summary>
    [JsonPropertyName("username")]
    public string Username { get; set => field = value ?? ""; } = "";

    /// <summary>When it was added, Unix milliseconds; read only.</summary>
    [JsonPropertyName("created_at")]
    public long CreatedAt { get; set; }

    /// <summary>When it was last changed, Unix milliseconds; read only.</summary>
    [JsonPropertyName("updated_at")]
    public long UpdatedAt { get; set; }

    /// <summary>Unix milliseconds; read only.</summary>
    [JsonPropertyName("last_use_at")]
    public long LastUseAt { get; set; }

    /// <summary>Unix milliseconds; 0 is never.</summary>
    [JsonPropertyName("expires_at")]
    public long ExpiresAt { get; set; }

    /// <summary>In requests a plain password or a bcrypt or argon2id hash; <c>[**redacted**]</c> keeps the stored one. Stored: the hash.</summary>
    [JsonPropertyName("password")]
    public string? Password { get; set; }

    /// <summary>How often it can be used; 0 is no limit.</summary>
    [JsonPropertyName("max_tokens")]
    public int MaxTokens { get; set; }

    /// <summary>How often it was used.</summary>
    [JsonPropertyName("used_tokens")]
    public int UsedTokens { get; set; }

    /// <summary>Networks (CIDR) that it can be used from; empty is all.</summary>
    [JsonPropertyName("allow_from")]
    public IReadOnlyList<string> AllowFrom { get; set => field = value ?? []; } = [];

    /// <inheritdoc/>
    ObjectKind IAccountObject.Kind => ObjectKind.Share;

    /// <inheritdoc/>
    string IAccountObject.Name => Id;

    /// <inheritdoc/>
    public override string ToString() => Id;
}
