using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A data retention check.</summary>
public sealed record EventActionRetentionConfig
{
    /// <summary>What is checked.</summary>
    [JsonPropertyName("folders")]
    public IReadOnlyList<FolderRetention> Folders { get; set => field = value ?? []; } = [];
}
