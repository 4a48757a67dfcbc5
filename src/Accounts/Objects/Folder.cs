using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A virtual folder (spec/03 §3.5).</summary>
public sealed record Folder : IAccountObject
{
    /// <summary>Number that the data provider gave it; read only.</summary>
    [JsonPropertyName("id")]
    public long Id { get; set; }

    /// <summary>Unique name.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>Absolute path of the directory on this machine.</summary>
    [JsonPropertyName("mapped_path")]
    public string MappedPath { get; set => field = value ?? ""; } = "";

    /// <summary>For the operator.</summary>
    [JsonPropertyName("description")]
    public string Description { get; set => field = value ?? ""; } = "";

    /// <summary>Bytes in use; read only.</summary>
    [JsonPropertyName("used_quota_size")]
    public long UsedQuotaSize { get; set; }

    /// <summary>Files in use; read only.</summary>
    [JsonPropertyName("used_quota_files")]
    public long UsedQuotaFiles { get; set; }

    /// <summary>When that was counted, Unix milliseconds; read only.</summary>
    [JsonPropertyName("last_quota_update")]
    public long LastQuotaUpdate { get; set; }

    /// <summary>Users that mount it; read only.</summary>
    [JsonPropertyName("users")]
    public IReadOnlyList<string> Users { get; set => field = value ?? []; } = [];

    /// <summary>Groups that mount it; read only.</summary>
    [JsonPropertyName("groups")]
    public IReadOnlyList<string> Groups { get; set => field = value ?? []; } = [];

    /// <summary>Backend; provider 0 is the local disk.</summary>
    [JsonPropertyName("filesystem")]
    public FilesystemConfig Filesystem { get; set => field = value ?? new(); } = new();

    /// <summary>The role whose administrators see, change and mount this folder; empty is none. Not in SFTPGo.</summary>
    [JsonPropertyName("role")]
    public string Role { get; set => field = value ?? ""; } = "";

    /// <inheritdoc/>
    ObjectKind IAccountObject.Kind => ObjectKind.Folder;

    /// <inheritdoc/>
    string IAccountObject.Name => Name;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
