using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Which events a rule is for.</summary>
public sealed record ConditionOptions
{
    /// <summary>Of users.</summary>
    [JsonPropertyName("names")]
    public IReadOnlyList<ConditionPattern> Names { get; set => field = value ?? []; } = [];

    /// <summary>Of groups.</summary>
    [JsonPropertyName("group_names")]
    public IReadOnlyList<ConditionPattern> GroupNames { get; set => field = value ?? []; } = [];

    /// <summary>Of roles.</summary>
    [JsonPropertyName("role_names")]
    public IReadOnlyList<ConditionPattern> RoleNames { get; set => field = value ?? []; } = [];

    /// <summary>Virtual paths.</summary>
    [JsonPropertyName("fs_paths")]
    public IReadOnlyList<ConditionPattern> FsPaths { get; set => field = value ?? []; } = [];

    /// <summary>Protocols.</summary>
    [JsonPropertyName("protocols")]
    public IReadOnlyList<string> Protocols { get; set => field = value ?? []; } = [];

    /// <summary>Kinds of objects.</summary>
    [JsonPropertyName("provider_objects")]
    public IReadOnlyList<string> ProviderObjects { get; set => field = value ?? []; } = [];

    /// <summary>Bytes.</summary>
    [JsonPropertyName("min_size")]
    public long MinFileSize { get; set; }

    /// <summary>Bytes; 0 is no limit.</summary>
    [JsonPropertyName("max_size")]
    public long MaxFileSize { get; set; }

    /// <summary>1 done, 2 failed, 3 quota exceeded.</summary>
    [JsonPropertyName("event_statuses")]
    public IReadOnlyList<int> EventStatuses { get; set => field = value ?? []; } = [];

    /// <summary>On every node at once.</summary>
    [JsonPropertyName("concurrent_execution")]
    public bool ConcurrentExecution { get; set; }
}
