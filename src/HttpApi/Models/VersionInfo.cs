using System.Text.Json.Serialization;

namespace Hpc.HttpApi.Models;

/// <summary>Which program this is.</summary>
public sealed record VersionInfo
{
    /// <summary>Its version.</summary>
    [JsonPropertyName("version")]
    public string Version { get; init; } = "";

    /// <summary>When it was built; empty where that is not told.</summary>
    [JsonPropertyName("build_date")]
    public string BuildDate { get; init; } = "";

    /// <summary>The source that it was built from; empty where that is not told.</summary>
    [JsonPropertyName("commit_hash")]
    public string CommitHash { get; init; } = "";

    /// <summary>What it can do.</summary>
    [JsonPropertyName("features")]
    public IReadOnlyList<string> Features { get; init; } = [];
}
