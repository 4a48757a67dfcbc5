using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Bandwidth for clients from some networks; the first that matches takes the place of the user's.</summary>
public sealed record BandwidthLimit
{
    /// <summary>Networks (CIDR).</summary>
    [JsonPropertyName("sources")]
    public IReadOnlyList<string> Sources { get; set => field = value ?? []; } = [];

    /// <summary>KiB/s; 0 is no limit.</summary>
    [JsonPropertyName("upload_bandwidth")]
    public long UploadBandwidth { get; set; }

    /// <summary>KiB/s; 0 is no limit.</summary>
    [JsonPropertyName("download_bandwidth")]
    public long DownloadBandwidth { get; set; }
}
