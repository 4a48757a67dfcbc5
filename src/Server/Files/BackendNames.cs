using Hpc.Accounts.Objects;

namespace Hpc.Server.Files;

/// <summary>Names of storage backends for messages.</summary>
internal static class BackendNames
{
    public static string Of(int provider) => provider switch
    {
        FilesystemProvider.Local => "the local disk",
        FilesystemProvider.S3 => "S3",
        FilesystemProvider.Gcs => "Google Cloud Storage",
        FilesystemProvider.AzureBlob => "Azure Blob Storage",
        FilesystemProvider.Crypt => "the local disk, encrypted",
        FilesystemProvider.Sftp => "an SFTP server",
        FilesystemProvider.Http => "an HTTP server",
        _ => $"a backend of number {provider}",
    };
}
