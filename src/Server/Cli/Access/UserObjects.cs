using Hpc.Accounts;
using Hpc.Accounts.Groups;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Stores;

namespace Hpc.Server.Cli.Access;

/// <summary>Between a user as it is stored and the account that the flags of commands are about: what is the user's own, without what groups give.</summary>
internal static class UserObjects
{
    private const long Mebibyte = 1 << 20;

    /// <summary>The account with the user's own values. An exception means that what is stored cannot be read.</summary>
    public static UserAccount ToAccount(User user, long version)
    {
        var folders = user.VirtualFolders.ToDictionary(
            mapping => mapping.Name,
            mapping => new Folder { Name = mapping.Name, MappedPath = mapping.MappedPath, Filesystem = mapping.Filesystem },
            StringComparer.Ordinal);
        User alone = user with { Groups = [] };
        return EffectiveUser.TryCreate(alone, new Dictionary<string, Group>(StringComparer.Ordinal), folders, version, out UserAccount account, out string error)
            ? account
            : throw new FormatException($"The user {user.Username} cannot be read: {error}");
    }

    /// <summary>What is wrong with an account that only its form in the store tells.</summary>
    public static IReadOnlyList<UserAccountError> Check(UserAccount account)
    {
        var errors = new List<UserAccountError>();
        CheckMebibytes(account.UploadTransferBytes, nameof(UserAccount.UploadTransferBytes), errors);
        CheckMebibytes(account.DownloadTransferBytes, nameof(UserAccount.DownloadTransferBytes), errors);
        CheckMebibytes(account.TotalTransferBytes, nameof(UserAccount.TotalTransferBytes), errors);
        return errors;
    }

    /// <summary>The user with what the account says; what no flag is for stays.</summary>
    public static User Apply(User user, UserAccount account, string? newPassword) => user with
    {
        Username = account.UserName,
        HomeDir = account.HomeDirectory,
        Password = newPassword ?? account.PasswordHash,
        HasPassword = newPassword is null && account.PasswordHash is null ? false : null,
        PublicKeys = account.PublicKeys,
        Status = account.IsEnabled ? 1 : 0,
        ExpirationDate = account.ExpiresAt?.ToUnixTimeMilliseconds() ?? 0,
        Permissions = Permissions(account),
        VirtualFolders = [.. account.Folders.Select(Mapping)],
        QuotaSize = account.QuotaBytes,
        QuotaFiles = account.QuotaFiles,
        UploadDataTransfer = account.UploadTransferBytes / Mebibyte,
        DownloadDataTransfer = account.DownloadTransferBytes / Mebibyte,
        TotalDataTransfer = account.TotalTransferBytes / Mebibyte,
        Uid = account.UserId,
        Gid = account.GroupId,
        Filters = user.Filters with
        {
            MaxUploadFileSize = account.MaxUploadBytes,
            StartDirectory = account.StartDirectory == "/" ? "" : account.StartDirectory,
            FilePatterns = [.. account.FilePatterns.Select(Pattern)],
        },
    };

    private static void CheckMebibytes(long bytes, string field, List<UserAccountError> errors)
    {
        if (bytes % Mebibyte != 0)
        {
            errors.Add(new(field, bytes.ToString(System.Globalization.CultureInfo.InvariantCulture), "a whole number of MiB"));
        }
    }

    private static Dictionary<string, IReadOnlyList<string>> Permissions(UserAccount account)
    {
        var permissions = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["/"] = account.Permissions };
        foreach (DirectoryPermissions directory in account.DirectoryPermissions)
        {
            permissions[directory.Path] = directory.Names;
        }

        return permissions;
    }

    private static FolderMapping Mapping(FolderMount mount) => new()
    {
        Name = mount.FolderName,
        VirtualPath = mount.VirtualPath,
        QuotaSize = mount.QuotaBytes,
        QuotaFiles = mount.QuotaFiles,
        ReadOnly = mount.IsReadOnly,
    };

    private static PatternsFilter Pattern(FilePatternRule rule) => new()
    {
        Path = rule.Path,
        AllowedPatterns = rule.Allowed,
        DeniedPatterns = rule.Denied,
        DenyPolicy = rule.Policy == FilePatternPolicy.Hide ? 1 : 0,
    };
}
