using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Passwords that expire soon.</summary>
public sealed record EventActionPasswordExpiration
{
    /// <summary>Days.</summary>
    [JsonPropertyName("threshold")]
    public int Threshold { get; set; }
}
