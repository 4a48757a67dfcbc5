using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A code that stands in for a one-time password, once (R2.31).</summary>
public sealed record RecoveryCode
{
    /// <summary>The code.</summary>
    [JsonPropertyName("secret")]
    public Secret Secret { get; set => field = value ?? new(); } = new();

    /// <summary>True once it was used.</summary>
    [JsonPropertyName("used")]
    public bool Used { get; set; }
}
