using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>What a rule waits for.</summary>
public sealed record EventConditions
{
    /// <summary>File events.</summary>
    [JsonPropertyName("fs_events")]
    public IReadOnlyList<string> FsEvents { get; set => field = value ?? []; } = [];

    /// <summary>add, update, delete.</summary>
    [JsonPropertyName("provider_events")]
    public IReadOnlyList<string> ProviderEvents { get; set => field = value ?? []; } = [];

    /// <summary>Times.</summary>
    [JsonPropertyName("schedules")]
    public IReadOnlyList<Schedule> Schedules { get; set => field = value ?? []; } = [];

    /// <summary>0 any, 1 user, 2 administrator.</summary>
    [JsonPropertyName("idp_login_event")]
    public int IdpLoginEvent { get; set; }

    /// <summary>Which of them.</summary>
    [JsonPropertyName("options")]
    public ConditionOptions Options { get; set => field = value ?? new(); } = new();
}
