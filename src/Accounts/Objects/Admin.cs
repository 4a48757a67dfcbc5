using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>An administrator (spec/03 §3.6).</summary>
public sealed record Admin : IAccountObject
{
    /// <summary>Number that the data provider gave it; read only.</summary>
    [JsonPropertyName("id")]
    public long Id { get; set; }

    /// <summary>1 enabled, 0 disabled.</summary>
    [JsonPropertyName("status")]
    public int Status { get; set; }

    /// <summary>Unique name; cannot be changed.</summary>
    [JsonPropertyName("username")]
    public string Username { get; set => field = value ?? ""; } = "";

    /// <summary>For the operator.</summary>
    [JsonPropertyName("description")]
    public string Description { get; set => field = value ?? ""; } = "";

    /// <summary>In requests: a plain password or a bcrypt or argon2id hash; absent keeps the stored one. Stored: the hash. Never in answers, unless confidential data was asked for.</summary>
    [JsonPropertyName("password")]
    public string? Password { get; set; }

    /// <summary>Address for notices.</summary>
    [JsonPropertyName("email")]
    public string Email { get; set => field = value ?? ""; } = "";

    /// <summary>See <see cref="AdminPermissionNames"/>.</summary>
    [JsonPropertyName("permissions")]
    public IReadOnlyList<string> Permissions { get; set => field = value ?? []; } = [];

    /// <summary>Further rules.</summary>
    [JsonPropertyName("filters")]
    public AdminFilters Filters { get; set => field = value ?? new(); } = new();

    /// <summary>For other programs.</summary>
    [JsonPropertyName("additional_info")]
    public string AdditionalInfo { get; set => field = value ?? ""; } = "";

    /// <summary>Preselected for new users.</summary>
    [JsonPropertyName("groups")]
    public IReadOnlyList<AdminGroupMapping> Groups { get; set => field = value ?? []; } = [];

    /// <summary>When it was added, Unix milliseconds; read only.</summary>
    [JsonPropertyName("created_at")]
    public long CreatedAt { get; set; }

    /// <summary>When it was last changed, Unix milliseconds; read only.</summary>
    [JsonPropertyName("updated_at")]
    public long UpdatedAt { get; set; }

    /// <summary>Unix milliseconds; read only.</summary>
    [JsonPropertyName("last_login")]
    public long LastLogin { get; set; }

    /// <summary>When the password was last changed, Unix milliseconds; a new hash of the same password is no change. Read only.</summary>
    [JsonPropertyName("last_password_change")]
    public long LastPasswordChange { get; set; }

    /// <summary>Sees this role's users alone; empty sees all.</summary>
    [JsonPropertyName("role")]
    public string Role { get; set => field = value ?? ""; } = "";

    /// <inheritdoc/>
    ObjectKind IAccountObject.Kind => ObjectKind.Admin;

    /// <inheritdoc/>
    string IAccountObject.Name => Username;

    /// <inheritdoc/>
    public override string ToString() => Username;
}
