using System.Text.Json;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Sqlite.Legacy;

/// <summary>A user of schema 2 and the same one as an object.</summary>
internal static class LegacyUser
{
    private const long Mebibyte = 1 << 20;
    private const string Root = "/";

    /// <param name="account">The user of schema 2, which says nothing of when it was made.</param>
    /// <param name="now">Unix milliseconds: from then on run the days of a group's and a password's end.</param>
    public static User ToObject(UserAccount account, long now) => new()
    {
        CreatedAt = now,
        UpdatedAt = now,
        LastPasswordChange = account.PasswordHash is null ? 0 : now,
        Username = account.UserName,
        Status = account.IsEnabled ? 1 : 0,

        // 0 is never; the one millisecond that it was is long over.
        ExpirationDate = account.ExpiresAt is { } expiresAt ? Math.Max(1, expiresAt.ToUnixTimeMilliseconds()) : 0,
        Password = account.PasswordHash,
        PublicKeys = account.PublicKeys,
        HomeDir = account.HomeDirectory,
        VirtualFolders = [.. account.Folders.Select(ToMapping)],
        Uid = account.UserId,
        Gid = account.GroupId,
        QuotaSize = account.QuotaBytes,
        QuotaFiles = account.QuotaFiles,
        Permissions = ToPermissions(account),
        UploadDataTransfer = ToMebibytes(account.UploadTransferBytes),
        DownloadDataTransfer = ToMebibytes(account.DownloadTransferBytes),
        TotalDataTransfer = ToMebibytes(account.TotalTransferBytes),
        Filters = new UserFilters
        {
            FilePatterns = [.. account.FilePatterns.Select(ToFilter)],
            MaxUploadFileSize = account.MaxUploadBytes,
            StartDirectory = account.StartDirectory == Root ? "" : account.StartDirectory,
        },
    };

    public static UserAccount ToAccount(User user, long version, Predicate<string> hasFolder) => new()
    {
        UserName = user.Username,
        IsEnabled = user.Status == 1,
        ExpiresAt = user.ExpirationDate > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(user.ExpirationDate) : null,
        PasswordHash = string.IsNullOrEmpty(user.Password) ? null : user.Password,
        PublicKeys = user.PublicKeys,
        HomeDirectory = user.HomeDir,
        Folders = [.. user.VirtualFolders.Where(mapping => hasFolder(mapping.Name)).Select(ToMount)],
        UserId = ToUInt32(user.Uid),
        GroupId = ToUInt32(user.Gid),
        QuotaBytes = user.QuotaSize,
        QuotaFiles = user.QuotaFiles,
        Permissions = user.Permissions.GetValueOrDefault(Root) ?? [],
        DirectoryPermissions = [.. user.Permissions.Where(pair => pair.Key != Root).Select(pair => new DirectoryPermissions(pair.Key, pair.Value))],
        UploadTransferBytes = ToBytes(user.UploadDataTransfer),
        DownloadTransferBytes = ToBytes(user.DownloadDataTransfer),
        TotalTransferBytes = ToBytes(user.TotalDataTransfer),
        FilePatterns = [.. user.Filters.FilePatterns.Select(ToRule)],
        MaxUploadBytes = user.Filters.MaxUploadFileSize,
        StartDirectory = user.Filters.StartDirectory.Length == 0 ? Root : user.Filters.StartDirectory,
        Version = version,
    };

    /// <summary>
    /// True if nothing of the user is lost that decides what it may do. A user of whom something is lost would be allowed more than it is,
    /// so that it goes back disabled.
    /// </summary>
    public static bool CanHold(User user, Predicate<string> hasFolder)
    {
        User back = ToObject(ToAccount(user, 1, hasFolder), 0) with
        {
            Email = user.Email,
            Description = user.Description,
            AdditionalInfo = user.AdditionalInfo,
            CreatedAt = user.CreatedAt,
            UpdatedAt = user.UpdatedAt,
            LastPasswordChange = user.LastPasswordChange,
            Role = user.Role,
        };
        return JsonElement.DeepEquals(
            JsonSerializer.SerializeToElement(back, AccountsJson.Default.User), JsonSerializer.SerializeToElement(Comparable(user), AccountsJson.Default.User));
    }

    // What is told with a mount of the folder's own, and forms of one meaning.
    private static User Comparable(User user) => user with
    {
        Password = string.IsNullOrEmpty(user.Password) ? null : user.Password,
        VirtualFolders = [.. user.VirtualFolders.Select(mapping => ToMapping(ToMount(mapping)))],
        Filters = user.Filters with { StartDirectory = user.Filters.StartDirectory == Root ? "" : user.Filters.StartDirectory },
    };

    private static Dictionary<string, IReadOnlyList<string>> ToPermissions(UserAccount account)
    {
        var permissions = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [Root] = account.Permissions };
        foreach (DirectoryPermissions directory in account.DirectoryPermissions)
        {
            permissions[directory.Path] = directory.Names;
        }

        return permissions;
    }

    private static FolderMapping ToMapping(FolderMount mount) => new()
    {
        Name = mount.FolderName,
        VirtualPath = mount.VirtualPath,
        QuotaSize = mount.QuotaBytes,
        QuotaFiles = mount.QuotaFiles,
        ReadOnly = mount.IsReadOnly,
    };

    private static FolderMount ToMount(FolderMapping mapping) => new()
    {
        FolderName = mapping.Name,
        VirtualPath = mapping.VirtualPath,
        QuotaBytes = mapping.QuotaSize,
        QuotaFiles = mapping.QuotaFiles,
        IsReadOnly = mapping.ReadOnly,
    };

    private static PatternsFilter ToFilter(FilePatternRule rule) =>
        new() { Path = rule.Path, AllowedPatterns = rule.Allowed, DeniedPatterns = rule.Denied, DenyPolicy = (int)rule.Policy };

    private static FilePatternRule ToRule(PatternsFilter filter) => new(filter.Path, filter.AllowedPatterns, filter.DeniedPatterns, (FilePatternPolicy)filter.DenyPolicy);

    // Part of a mebibyte is a whole one: 0 would be no limit.
    private static long ToMebibytes(long bytes) => (bytes / Mebibyte) + (bytes % Mebibyte == 0 ? 0 : 1);

    private static long ToBytes(long mebibytes) => mebibytes > long.MaxValue / Mebibyte ? long.MaxValue : mebibytes * Mebibyte;

    private static uint ToUInt32(long number) => number is >= 0 and <= uint.MaxValue ? (uint)number : 0;
}
