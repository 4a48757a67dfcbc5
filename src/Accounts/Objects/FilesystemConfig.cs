using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Where files are (spec/07).</summary>
public sealed record FilesystemConfig
{
    /// <summary>0 local, 1 S3, 2 Google, 3 Azure, 4 encrypted local, 5 SFTP, 6 HTTP; see <see cref="FilesystemProvider"/>.</summary>
    [JsonPropertyName("provider")]
    public int Provider { get; set; }

    /// <summary>For provider 0.</summary>
    [JsonPropertyName("osconfig")]
    public OsFilesystemConfig Os { get; set => field = value ?? new(); } = new();

    /// <summary>For provider 1.</summary>
    [JsonPropertyName("s3config")]
    public S3Config S3 { get; set => field = value ?? new(); } = new();

    /// <summary>For provider 2.</summary>
    [JsonPropertyName("gcsconfig")]
    public GcsConfig Gcs { get; set => field = value ?? new(); } = new();

    /// <summary>For provider 3.</summary>
    [JsonPropertyName("azblobconfig")]
    public AzureBlobConfig AzureBlob { get; set => field = value ?? new(); } = new();

    /// <summary>For provider 4.</summary>
    [JsonPropertyName("cryptconfig")]
    public CryptConfig Crypt { get; set => field = value ?? new(); } = new();

    /// <summary>For provider 5.</summary>
    [JsonPropertyName("sftpconfig")]
    public SftpConfig Sftp { get; set => field = value ?? new(); } = new();

    /// <summary>For provider 6.</summary>
    [JsonPropertyName("httpconfig")]
    public HttpConfig Http { get; set => field = value ?? new(); } = new();
}
