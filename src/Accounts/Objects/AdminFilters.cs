using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>What an administrator may and must do.</summary>
public sealed record AdminFilters
{
    /// <summary>Networks (CIDR) that logins may come from; empty is all.</summary>
    [JsonPropertyName("allow_list")]
    public IReadOnlyList<string> AllowList { get; set => field = value ?? []; } = [];

    /// <summary>API keys may act for this administrator.</summary>
    [JsonPropertyName("allow_api_key_auth")]
    public bool AllowApiKeyAuth { get; set; }

    /// <summary>Second factor; changed through the calls for it alone.</summary>
    [JsonPropertyName("totp_config")]
    public TotpConfig Totp { get; set => field = value ?? new(); } = new();

    /// <summary>Changed through the calls for them alone.</summary>
    [JsonPropertyName("recovery_codes")]
    public IReadOnlyList<RecoveryCode> RecoveryCodes { get; set => field = value ?? []; } = [];

    /// <summary>Of the web interface.</summary>
    [JsonPropertyName("preferences")]
    public AdminPreferences Preferences { get; set => field = value ?? new(); } = new();

    /// <summary>Nothing else is allowed until a second factor is set up.</summary>
    [JsonPropertyName("require_two_factor")]
    public bool RequireTwoFactor { get; set; }

    /// <summary>Nothing else is allowed until a new password is chosen.</summary>
    [JsonPropertyName("require_password_change")]
    public bool RequirePasswordChange { get; set; }
}
