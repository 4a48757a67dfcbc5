using System.Text.Json.Serialization;

namespace Hpc.HttpApi.Models;

/// <summary>What is in use.</summary>
public sealed record QuotaUsage
{
    /// <summary>Bytes.</summary>
    [JsonPropertyName("used_quota_size")]
    public long UsedQuotaSize { get; set; }

    /// <summary>Files.</summary>
    [JsonPropertyName("used_quota_files")]
    public long UsedQuotaFiles { get; set; }
}

/// <summary>What was moved.</summary>
public sealed record TransferQuotaUsage
{
    /// <summary>Bytes to the server.</summary>
    [JsonPropertyName("used_upload_data_transfer")]
    public long UsedUploadDataTransfer { get; set; }

    /// <summary>Bytes from the server.</summary>
    [JsonPropertyName("used_download_data_transfer")]
    public long UsedDownloadDataTransfer { get; set; }
}

/// <summary>A user whose files are being counted.</summary>
public sealed record QuotaScan
{
    /// <summary>The user.</summary>
    [JsonPropertyName("username")]
    public string Username { get; set; } = "";

    /// <summary>Unix milliseconds.</summary>
    [JsonPropertyName("start_time")]
    public long StartTime { get; set; }
}

/// <summary>A folder whose files are being counted.</summary>
public sealed record FolderQuotaScan
{
    /// <summary>The folder.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set; } = "";

    /// <summary>Unix milliseconds.</summary>
    [JsonPropertyName("start_time")]
    public long StartTime { get; set; }
}
