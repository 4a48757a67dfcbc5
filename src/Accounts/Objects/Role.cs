using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A role: its administrators see its users alone (R3.12).</summary>
public sealed record Role : IAccountObject
{
    /// <summary>Number that the data provider gave it; read only.</summary>
    [JsonPropertyName("id")]
    public long Id { get; set; }

    /// <summary>Unique name.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>For the operator.</summary>
    [JsonPropertyName("description")]
    public string Description { get; set => field = value ?? ""; } = "";

    /// <summary>When it was added, Unix milliseconds; read only.</summary>
    [JsonPropertyName("created_at")]
    public long CreatedAt { get; set; }

    /// <summary>When it was last changed, Unix milliseconds; read only.</summary>
    [JsonPropertyName("updated_at")]
    public long UpdatedAt { get; set; }

    /// <summary>Read only.</summary>
    [JsonPropertyName("users")]
    public IReadOnlyList<string> Users { get; set => field = value ?? []; } = [];

    /// <summary>Read only.</summary>
    [JsonPropertyName("admins")]
    public IReadOnlyList<string> Admins { get; set => field = value ?? []; } = [];

    /// <inheritdoc/>
    ObjectKind IAccountObject.Kind => ObjectKind.Role;

    /// <inheritdoc/>
    string IAccountObject.Name => Name;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
