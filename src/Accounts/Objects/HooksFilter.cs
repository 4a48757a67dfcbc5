using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Hooks that are not asked for this user.</summary>
public sealed record HooksFilter
{
    /// <summary>External authentication.</summary>
    [JsonPropertyName("external_auth_disabled")]
    public bool ExternalAuthDisabled { get; set; }

    /// <summary>Pre-login.</summary>
    [JsonPropertyName("pre_login_disabled")]
    public bool PreLoginDisabled { get; set; }

    /// <summary>Check-password.</summary>
    [JsonPropertyName("check_password_disabled")]
    public bool CheckPasswordDisabled { get; set; }
}
