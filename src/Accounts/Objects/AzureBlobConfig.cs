using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Azure Blob Storage.</summary>
public sealed record AzureBlobConfig
{
    /// <summary>Container.</summary>
    [JsonPropertyName("container")]
    public string Container { get; set => field = value ?? ""; } = "";

    /// <summary>Account.</summary>
    [JsonPropertyName("account_name")]
    public string AccountName { get; set => field = value ?? ""; } = "";

    /// <summary>Key.</summary>
    [JsonPropertyName("account_key")]
    public Secret AccountKey { get; set => field = value ?? new(); } = new();

    /// <summary>Shared access signature.</summary>
    [JsonPropertyName("sas_url")]
    public Secret SasUrl { get; set => field = value ?? new(); } = new();

    /// <summary>Endpoint, for others than the public cloud.</summary>
    [JsonPropertyName("endpoint")]
    public string Endpoint { get; set => field = value ?? ""; } = "";

    /// <summary>MiB.</summary>
    [JsonPropertyName("upload_part_size")]
    public long UploadPartSize { get; set; }

    /// <summary>Parts at once.</summary>
    [JsonPropertyName("upload_concurrency")]
    public int UploadConcurrency { get; set; }

    /// <summary>MiB.</summary>
    [JsonPropertyName("download_part_size")]
    public long DownloadPartSize { get; set; }

    /// <summary>Parts at once.</summary>
    [JsonPropertyName("download_concurrency")]
    public int DownloadConcurrency { get; set; }

    /// <summary>The endpoint is an emulator.</summary>
    [JsonPropertyName("use_emulator")]
    public bool UseEmulator { get; set; }

    /// <summary>Empty, Archive, Hot or Cool.</summary>
    [JsonPropertyName("access_tier")]
    public string AccessTier { get; set => field = value ?? ""; } = "";

    /// <summary>Only blobs below this prefix; ends with a slash.</summary>
    [JsonPropertyName("key_prefix")]
    public string KeyPrefix { get; set => field = value ?? ""; } = "";
}
