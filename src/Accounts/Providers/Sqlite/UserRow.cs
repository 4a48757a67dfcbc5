using System.Text.Json;

namespace Hpc.Accounts.Sqlite;

/// <summary>A row of the table <c>users</c>, with the paths of the folders that the user mounts.</summary>
internal sealed class UserRow
{
    private const string NoFolders = "{}";

    /// <summary>The columns in the names of this class. Being one statement, they are of one moment: a folder is never that of another version of the user.</summary>
    public const string Columns =
        """
        users.user_name AS UserName, users.is_enabled AS IsEnabled, users.expires_at AS ExpiresAt, users.version AS Version, users.document AS Document,
        (SELECT json_group_object(folders.name, folders.mapped_path)
         FROM user_folders JOIN folders ON folders.name = user_folders.folder_name
         WHERE user_folders.user_name = users.user_name) AS FolderPaths
        """;

    public string UserName { get; set; } = "";

    public long IsEnabled { get; set; }

    public long? ExpiresAt { get; set; }

    public long Version { get; set; }

    public string Document { get; set; } = "";

    /// <summary>A JSON object from folder names to paths.</summary>
    public string FolderPaths { get; set; } = NoFolders;

    public static UserRow From(UserAccount user) => new()
    {
        UserName = user.UserName,
        IsEnabled = user.IsEnabled ? 1 : 0,
        ExpiresAt = user.ExpiresAt?.ToUnixTimeMilliseconds(),
        Version = user.Version,
        Document = JsonSerializer.Serialize(UserDocument.Of(user), UserDocumentJson.Default.UserDocument),
    };

    public UserAccount ToAccount()
    {
        try
        {
            UserDocument document = JsonSerializer.Deserialize(Document, UserDocumentJson.Default.UserDocument)
                ?? throw new SqliteStoreException($"The document of the user '{UserName}' is empty.");
            return ToAccount(document);
        }
        catch (JsonException exception)
        {
            throw new SqliteStoreException($"The document of the user '{UserName}' cannot be read.", exception);
        }
    }

    private UserAccount ToAccount(UserDocument document) => new()
    {
        UserName = UserName,
        HomeDirectory = document.HomeDirectory,
        PasswordHash = document.PasswordHash,
        PublicKeys = document.PublicKeys,
        Permissions = document.Permissions,
        DirectoryPermissions = [.. (document.DirectoryPermissions ?? []).Select(directory => directory.ToDirectory())],
        FilePatterns = [.. (document.FilePatterns ?? []).Select(rule => rule.ToRule())],
        Folders = Mounts(document.Folders ?? []),
        QuotaBytes = document.QuotaBytes,
        QuotaFiles = document.QuotaFiles,
        UploadTransferBytes = document.UploadTransferBytes,
        DownloadTransferBytes = document.DownloadTransferBytes,
        TotalTransferBytes = document.TotalTransferBytes,
        MaxUploadBytes = document.MaxUploadBytes,
        UserId = document.UserId,
        GroupId = document.GroupId,
        StartDirectory = document.StartDirectory ?? "/",
        IsEnabled = IsEnabled == 1,
        ExpiresAt = ExpiresAt is { } expiresAt ? DateTimeOffset.FromUnixTimeMilliseconds(expiresAt) : null,
        Version = Version,
    };

    private IReadOnlyList<FolderMount> Mounts(IReadOnlyList<FolderMountDocument> mounts)
    {
        if (mounts.Count == 0)
        {
            return [];
        }

        Dictionary<string, string> paths = JsonSerializer.Deserialize(FolderPaths, UserDocumentJson.Default.DictionaryStringString) ?? [];
        return [.. mounts.Select(mount => mount.ToMount(paths.GetValueOrDefault(mount.Folder)))];
    }
}
