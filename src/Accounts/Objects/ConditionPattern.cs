using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A pattern of a condition.</summary>
public sealed record ConditionPattern
{
    /// <summary>Shell glob.</summary>
    [JsonPropertyName("pattern")]
    public string Pattern { get; set => field = value ?? ""; } = "";

    /// <summary>True where it does not match.</summary>
    [JsonPropertyName("inverse_match")]
    public bool InverseMatch { get; set; }
}
