using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Google Cloud Storage.</summary>
public sealed record GcsConfig
{
    /// <summary>Bucket.</summary>
    [JsonPropertyName("bucket")]
    public string Bucket { get; set => field = value ?? ""; } = "";

    /// <summary>JSON credentials.</summary>
    [JsonPropertyName("credentials")]
    public Secret Credentials { get; set => field = value ?? new(); } = new();

    /// <summary>1: those of the environment.</summary>
    [JsonPropertyName("automatic_credentials")]
    public int AutomaticCredentials { get; set; }

    /// <summary>Storage class of uploads.</summary>
    [JsonPropertyName("storage_class")]
    public string StorageClass { get; set => field = value ?? ""; } = "";

    /// <summary>Predefined ACL of uploads.</summary>
    [JsonPropertyName("acl")]
    public string Acl { get; set => field = value ?? ""; } = "";

    /// <summary>Only objects below this prefix; ends with a slash.</summary>
    [JsonPropertyName("key_prefix")]
    public string KeyPrefix { get; set => field = value ?? ""; } = "";

    /// <summary>MiB.</summary>
    [JsonPropertyName("upload_part_size")]
    public long UploadPartSize { get; set; }

    /// <summary>Seconds.</summary>
    [JsonPropertyName("upload_part_max_time")]
    public int UploadPartMaxTime { get; set; }
}
