using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Which names a directory and what is below it may hold (R4.10).</summary>
public sealed record PatternsFilter
{
    /// <summary>Absolute virtual path.</summary>
    [JsonPropertyName("path")]
    public string Path { get; set => field = value ?? ""; } = "";

    /// <summary>Shell globs; others are refused if there are any.</summary>
    [JsonPropertyName("allowed_patterns")]
    public IReadOnlyList<string> AllowedPatterns { get; set => field = value ?? []; } = [];

    /// <summary>Shell globs that are refused.</summary>
    [JsonPropertyName("denied_patterns")]
    public IReadOnlyList<string> DeniedPatterns { get; set => field = value ?? []; } = [];

    /// <summary>0 refuses access, 1 hides.</summary>
    [JsonPropertyName("deny_policy")]
    public int DenyPolicy { get; set; }
}
