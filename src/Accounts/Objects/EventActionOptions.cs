using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>What an action does, by its type.</summary>
public sealed record EventActionOptions
{
    /// <summary>For type 1.</summary>
    [JsonPropertyName("http_config")]
    public EventActionHttpConfig Http { get; set => field = value ?? new(); } = new();

    /// <summary>For type 2.</summary>
    [JsonPropertyName("cmd_config")]
    public EventActionCommandConfig Command { get; set => field = value ?? new(); } = new();

    /// <summary>For type 3.</summary>
    [JsonPropertyName("email_config")]
    public EventActionEmailConfig Email { get; set => field = value ?? new(); } = new();

    /// <summary>For type 8.</summary>
    [JsonPropertyName("retention_config")]
    public EventActionRetentionConfig Retention { get; set => field = value ?? new(); } = new();

    /// <summary>For type 9.</summary>
    [JsonPropertyName("fs_config")]
    public EventActionFilesystemConfig Filesystem { get; set => field = value ?? new(); } = new();

    /// <summary>For type 11.</summary>
    [JsonPropertyName("pwd_expiration_config")]
    public EventActionPasswordExpiration PasswordExpiration { get; set => field = value ?? new(); } = new();

    /// <summary>For type 14.</summary>
    [JsonPropertyName("user_inactivity_config")]
    public EventActionUserInactivity UserInactivity { get; set => field = value ?? new(); } = new();

    /// <summary>For type 13.</summary>
    [JsonPropertyName("idp_config")]
    public EventActionIdpAccountCheck Idp { get; set => field = value ?? new(); } = new();
}
