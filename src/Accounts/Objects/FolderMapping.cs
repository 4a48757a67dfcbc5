using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A virtual folder in a user's or group's tree. In requests the folder may be given in full; what is stored is its name.</summary>
public sealed record FolderMapping
{
    /// <summary>Number that the data provider gave it; read only.</summary>
    [JsonPropertyName("id")]
    public long Id { get; set; }

    /// <summary>Name of the folder.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>The folder's directory.</summary>
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

    /// <summary>Backend; provider 0 is the local disk.</summary>
    [JsonPropertyName("filesystem")]
    public FilesystemConfig Filesystem { get; set => field = value ?? new(); } = new();

    /// <summary>Absolute virtual path; <c>/</c> takes the place of the home directory.</summary>
    [JsonPropertyName("virtual_path")]
    public string VirtualPath { get; set => field = value ?? ""; } = "";

    /// <summary>Bytes; 0 is no limit, -1 counts in the user's quota.</summary>
    [JsonPropertyName("quota_size")]
    public long QuotaSize { get; set; }

    /// <summary>Files; 0 is no limit, -1 counts in the user's quota.</summary>
    [JsonPropertyName("quota_files")]
    public long QuotaFiles { get; set; }

    /// <summary>Refuses every change through this mount. Not in other servers.</summary>
    [JsonPropertyName("read_only")]
    public bool ReadOnly { get; set; }
}
