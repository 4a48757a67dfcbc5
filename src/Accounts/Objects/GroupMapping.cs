using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A user's membership of a group.</summary>
public sealed record GroupMapping
{
    /// <summary>Name of the group.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>1 primary (at most one), 2 secondary, 3 membership alone.</summary>
    [JsonPropertyName("type")]
    public int Type { get; set; }
}
