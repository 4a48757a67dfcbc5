using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A group that is preselected for new users of an administrator.</summary>
public sealed record AdminGroupMapping
{
    /// <summary>Name of the group.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>How it is given.</summary>
    [JsonPropertyName("options")]
    public AdminGroupMappingOptions Options { get; set => field = value ?? new(); } = new();
}
