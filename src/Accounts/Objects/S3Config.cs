using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>S3-compatible object store.</summary>
public sealed record S3Config
{
    /// <summary>Bucket.</summary>
    [JsonPropertyName("bucket")]
    public string Bucket { get; set => field = value ?? ""; } = "";

    /// <summary>Region.</summary>
    [JsonPropertyName("region")]
    public string Region { get; set => field = value ?? ""; } = "";

    /// <summary>Access key.</summary>
    [JsonPropertyName("access_key")]
    public string AccessKey { get; set => field = value ?? ""; } = "";

    /// <summary>Secret key.</summary>
    [JsonPropertyName("access_secret")]
    public Secret AccessSecret { get; set => field = value ?? new(); } = new();

    /// <summary>Customer key for encryption by the store.</summary>
    [JsonPropertyName("sse_customer_key")]
    public Secret SseCustomerKey { get; set => field = value ?? new(); } = new();

    /// <summary>Session token.</summary>
    [JsonPropertyName("session_token")]
    public string SessionToken { get; set => field = value ?? ""; } = "";

    /// <summary>Role to assume.</summary>
    [JsonPropertyName("role_arn")]
    public string RoleArn { get; set => field = value ?? ""; } = "";

    /// <summary>Endpoint, for stores other than AWS.</summary>
    [JsonPropertyName("endpoint")]
    public string Endpoint { get; set => field = value ?? ""; } = "";

    /// <summary>Storage class of uploads.</summary>
    [JsonPropertyName("storage_class")]
    public string StorageClass { get; set => field = value ?? ""; } = "";

    /// <summary>Canned ACL of uploads.</summary>
    [JsonPropertyName("acl")]
    public string Acl { get; set => field = value ?? ""; } = "";

    /// <summary>MiB.</summary>
    [JsonPropertyName("upload_part_size")]
    public long UploadPartSize { get; set; }

    /// <summary>Parts at once.</summary>
    [JsonPropertyName("upload_concurrency")]
    public int UploadConcurrency { get; set; }

    /// <summary>Seconds.</summary>
    [JsonPropertyName("upload_part_max_time")]
    public int UploadPartMaxTime { get; set; }

    /// <summary>MiB.</summary>
    [JsonPropertyName("download_part_size")]
    public long DownloadPartSize { get; set; }

    /// <summary>Parts at once.</summary>
    [JsonPropertyName("download_concurrency")]
    public int DownloadConcurrency { get; set; }

    /// <summary>Seconds.</summary>
    [JsonPropertyName("download_part_max_time")]
    public int DownloadPartMaxTime { get; set; }

    /// <summary>Bucket in the path and not in the host name.</summary>
    [JsonPropertyName("force_path_style")]
    public bool ForcePathStyle { get; set; }

    /// <summary>Accepts any certificate.</summary>
    [JsonPropertyName("skip_tls_verify")]
    public bool SkipTlsVerify { get; set; }

    /// <summary>Only keys below this prefix; ends with a slash.</summary>
    [JsonPropertyName("key_prefix")]
    public string KeyPrefix { get; set => field = value ?? ""; } = "";
}
