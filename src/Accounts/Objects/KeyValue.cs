using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A pair.</summary>
public sealed record KeyValue
{
    /// <summary>Key.</summary>
    [JsonPropertyName("key")]
    public string Key { get; set => field = value ?? ""; } = "";

    /// <summary>Value.</summary>
    [JsonPropertyName("value")]
    public string Value { get; set => field = value ?? ""; } = "";
}
