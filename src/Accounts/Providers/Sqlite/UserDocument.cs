using System.Text.Json.Serialization;

namespace Hpc.Accounts.Sqlite;

/// <summary>
/// What the document column of a user holds. A member that is not known here makes the user unreadable rather than half read;
/// one that is missing has its default, as in documents of older programs.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record UserDocument
{
    public required string HomeDirectory { get; init; }

    public string? PasswordHash { get; init; }

    public required IReadOnlyList<string> PublicKeys { get; init; }

    public required IReadOnlyList<string> Permissions { get; init; }

    public IReadOnlyList<DirectoryPermissionsDocument>? DirectoryPermissions { get; init; }

    public IReadOnlyList<FilePatternDocument>? FilePatterns { get; init; }

    public IReadOnlyList<FolderMountDocument>? Folders { get; init; }

    public long QuotaBytes { get; init; }

    public long QuotaFiles { get; init; }

    public long UploadTransferBytes { get; init; }

    public long DownloadTransferBytes { get; init; }

    public long TotalTransferBytes { get; init; }

    public long MaxUploadBytes { get; init; }

    public uint UserId { get; init; }

    public uint GroupId { get; init; }

    public string? StartDirectory { get; init; }

    public static UserDocument Of(UserAccount user) => new()
    {
        HomeDirectory = user.HomeDirectory,
        PasswordHash = user.PasswordHash,
        PublicKeys = user.PublicKeys,
        Permissions = user.Permissions,
        DirectoryPermissions = Unless(user.DirectoryPermissions.Count == 0, () => user.DirectoryPermissions.Select(DirectoryPermissionsDocument.Of)),
        FilePatterns = Unless(user.FilePatterns.Count == 0, () => user.FilePatterns.Select(FilePatternDocument.Of)),
        Folders = Unless(user.Folders.Count == 0, () => user.Folders.Select(FolderMountDocument.Of)),
        QuotaBytes = user.QuotaBytes,
        QuotaFiles = user.QuotaFiles,
        UploadTransferBytes = user.UploadTransferBytes,
        DownloadTransferBytes = user.DownloadTransferBytes,
        TotalTransferBytes = user.TotalTransferBytes,
        MaxUploadBytes = user.MaxUploadBytes,
        UserId = user.UserId,
        GroupId = user.GroupId,
        StartDirectory = user.StartDirectory == "/" ? null : user.StartDirectory,
    };

    private static List<T>? Unless<T>(bool isEmpty, Func<IEnumerable<T>> items) => isEmpty ? null : [.. items()];
}
