using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Operations on files.</summary>
public sealed record EventActionFilesystemConfig
{
    /// <summary>1 rename, 2 delete, 3 mkdirs, 4 exist, 5 compress, 6 copy.</summary>
    [JsonPropertyName("type")]
    public int Type { get; set; }

    /// <summary>For type 1.</summary>
    [JsonPropertyName("renames")]
    public IReadOnlyList<RenameConfig> Renames { get; set => field = value ?? []; } = [];

    /// <summary>For type 3.</summary>
    [JsonPropertyName("mkdirs")]
    public IReadOnlyList<string> Mkdirs { get; set => field = value ?? []; } = [];

    /// <summary>For type 2.</summary>
    [JsonPropertyName("deletes")]
    public IReadOnlyList<string> Deletes { get; set => field = value ?? []; } = [];

    /// <summary>For type 4.</summary>
    [JsonPropertyName("exist")]
    public IReadOnlyList<string> Exist { get; set => field = value ?? []; } = [];

    /// <summary>For type 6.</summary>
    [JsonPropertyName("copy")]
    public IReadOnlyList<KeyValue> Copy { get; set => field = value ?? []; } = [];

    /// <summary>For type 5.</summary>
    [JsonPropertyName("compress")]
    public EventActionFsCompress Compress { get; set => field = value ?? new(); } = new();
}
