using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>How a rule runs an action.</summary>
public sealed record EventActionRelation
{
    /// <summary>Runs where another failed.</summary>
    [JsonPropertyName("is_failure_action")]
    public bool IsFailureAction { get; set; }

    /// <summary>Others do not run where it fails.</summary>
    [JsonPropertyName("stop_on_failure")]
    public bool StopOnFailure { get; set; }

    /// <summary>The client waits for it.</summary>
    [JsonPropertyName("execute_sync")]
    public bool ExecuteSync { get; set; }
}
