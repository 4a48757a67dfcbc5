using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A program.</summary>
public sealed record EventActionCommandConfig
{
    /// <summary>Absolute path.</summary>
    [JsonPropertyName("cmd")]
    public string Command { get; set => field = value ?? ""; } = "";

    /// <summary>Arguments.</summary>
    [JsonPropertyName("args")]
    public IReadOnlyList<string> Arguments { get; set => field = value ?? []; } = [];

    /// <summary>Seconds, 1 to 120.</summary>
    [JsonPropertyName("timeout")]
    public int Timeout { get; set; }

    /// <summary>Environment.</summary>
    [JsonPropertyName("env_vars")]
    public IReadOnlyList<KeyValue> EnvironmentVariables { get; set => field = value ?? []; } = [];
}
