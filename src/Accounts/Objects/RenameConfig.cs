using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A rename.</summary>
public sealed record RenameConfig
{
    /// <summary>From.</summary>
    [JsonPropertyName("key")]
    public string Key { get; set => field = value ?? ""; } = "";

    /// <summary>To.</summary>
    [JsonPropertyName("value")]
    public string Value { get; set => field = value ?? ""; } = "";

    /// <summary>Sets the modification time to now.</summary>
    [JsonPropertyName("update_modtime")]
    public bool UpdateModtime { get; set; }
}
