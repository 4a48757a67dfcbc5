using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>What a group gives to its members.</summary>
public sealed record GroupUserSettings
{
    /// <summary>Home directory; <c>%username%</c> and <c>%role%</c> are replaced.</summary>
    [JsonPropertyName("home_dir")]
    public string HomeDir { get; set => field = value ?? ""; } = "";

    /// <summary>Sessions at once; 0 is no limit.</summary>
    [JsonPropertyName("max_sessions")]
    public int MaxSessions { get; set; }

    /// <summary>Bytes; 0 is no limit.</summary>
    [JsonPropertyName("quota_size")]
    public long QuotaSize { get; set; }

    /// <summary>Files; 0 is no limit.</summary>
    [JsonPropertyName("quota_files")]
    public long QuotaFiles { get; set; }

    /// <summary>Permissions by directory; users have one for <c>/</c>.</summary>
    [JsonPropertyName("permissions")]
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Permissions { get; set => field = value ?? new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal); } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>KiB/s; 0 is no limit.</summary>
    [JsonPropertyName("upload_bandwidth")]
    public long UploadBandwidth { get; set; }

    /// <summary>KiB/s; 0 is no limit.</summary>
    [JsonPropertyName("download_bandwidth")]
    public long DownloadBandwidth { get; set; }

    /// <summary>MiB; 0 is no limit.</summary>
    [JsonPropertyName("upload_data_transfer")]
    public long UploadDataTransfer { get; set; }

    /// <summary>MiB; 0 is no limit.</summary>
    [JsonPropertyName("download_data_transfer")]
    public long DownloadDataTransfer { get; set; }

    /// <summary>MiB; takes the place of the two; 0 is no limit.</summary>
    [JsonPropertyName("total_data_transfer")]
    public long TotalDataTransfer { get; set; }

    /// <summary>Days after their creation that members expire; 0 is never.</summary>
    [JsonPropertyName("expires_in")]
    public int ExpiresIn { get; set; }

    /// <summary>Further rules.</summary>
    [JsonPropertyName("filters")]
    public GroupUserFilters Filters { get; set => field = value ?? new(); } = new();

    /// <summary>Backend; provider 0 is the local disk.</summary>
    [JsonPropertyName("filesystem")]
    public FilesystemConfig Filesystem { get; set => field = value ?? new(); } = new();
}
