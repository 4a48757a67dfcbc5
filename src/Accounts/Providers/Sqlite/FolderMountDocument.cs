using System.Text.Json.Serialization;

namespace Hpc.Accounts.Sqlite;

/// <summary>A mount in a user's document. Where the folder is stands with the folder.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record FolderMountDocument
{
    public required string Folder { get; init; }

    public required string Path { get; init; }

    public long QuotaBytes { get; init; }

    public long QuotaFiles { get; init; }

    public bool IsReadOnly { get; init; }

    public static FolderMountDocument Of(FolderMount mount) => new()
    {
        Folder = mount.FolderName,
        Path = mount.VirtualPath,
        QuotaBytes = mount.QuotaBytes,
        QuotaFiles = mount.QuotaFiles,
        IsReadOnly = mount.IsReadOnly,
    };

    public FolderMount ToMount(string? mappedPath) => new()
    {
        FolderName = Folder,
        VirtualPath = Path,
        QuotaBytes = QuotaBytes,
        QuotaFiles = QuotaFiles,
        IsReadOnly = IsReadOnly,
        MappedPath = mappedPath,
    };
}
