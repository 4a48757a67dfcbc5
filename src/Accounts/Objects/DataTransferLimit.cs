using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Transfer volume for clients from some networks; the first that matches takes the place of the user's.</summary>
public sealed record DataTransferLimit
{
    /// <summary>Networks (CIDR).</summary>
    [JsonPropertyName("sources")]
    public IReadOnlyList<string> Sources { get; set => field = value ?? []; } = [];

    /// <summary>MiB; 0 is no limit.</summary>
    [JsonPropertyName("upload_data_transfer")]
    public long UploadDataTransfer { get; set; }

    /// <summary>MiB; 0 is no limit.</summary>
    [JsonPropertyName("download_data_transfer")]
    public long DownloadDataTransfer { get; set; }

    /// <summary>MiB; takes the place of the two; 0 is no limit.</summary>
    [JsonPropertyName("total_data_transfer")]
    public long TotalDataTransfer { get; set; }
}
