using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Users that are not seen.</summary>
public sealed record EventActionUserInactivity
{
    /// <summary>Days; 0 is never.</summary>
    [JsonPropertyName("disable_threshold")]
    public int DisableThreshold { get; set; }

    /// <summary>Days; 0 is never.</summary>
    [JsonPropertyName("delete_threshold")]
    public int DeleteThreshold { get; set; }
}
