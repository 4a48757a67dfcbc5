namespace Hpc.Accounts.Objects;

/// <summary>Values of <see cref="FilesystemConfig.Provider"/>.</summary>
public static class FilesystemProvider
{
    /// <summary>Local disk.</summary>
    public const int Local = 0;

    /// <summary>S3-compatible.</summary>
    public const int S3 = 1;

    /// <summary>Google Cloud Storage.</summary>
    public const int Gcs = 2;

    /// <summary>Azure Blob Storage.</summary>
    public const int AzureBlob = 3;

    /// <summary>Local disk, encrypted.</summary>
    public const int Crypt = 4;

    /// <summary>Another SFTP server.</summary>
    public const int Sftp = 5;

    /// <summary>An HTTP server.</summary>
    public const int Http = 6;
}
