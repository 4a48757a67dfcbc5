namespace Hpc.Accounts;

/// <content>Mounts and limits.</content>
public static partial class UserAccountValidator
{
    /// <summary>Most virtual folders of one user.</summary>
    public const int MaxFolders = 256;

    // (uid_t)-1 means "leave as it is" to chown, and many tools read a uid as a signed number.
    private const uint MaxId = int.MaxValue;

    private static void CheckFolders(IReadOnlyList<FolderMount>? mounts, List<UserAccountError> errors)
    {
        const string Field = nameof(UserAccount.Folders);
        if (!HasCount(Field, mounts, MaxFolders, "folders", errors))
        {
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < mounts!.Count; i++)
        {
            string field = $"{Field}[{i}]";
            if (mounts[i] is not { } mount)
            {
                errors.Add(new(field, "nothing", "a folder's name and a virtual path"));
                continue;
            }

            if (!UserNameRules.IsValid(mount.FolderName))
            {
                errors.Add(new($"{field}.{nameof(mount.FolderName)}", ValidationText.Show(mount.FolderName), UserNameRules.Allowed));
            }
            else
            {
                CheckOnce($"{field}.{nameof(mount.FolderName)}", mount.FolderName, names, "each folder once", errors);
            }

            if (!VirtualPathRules.IsValid(mount.VirtualPath))
            {
                errors.Add(new($"{field}.{nameof(mount.VirtualPath)}", ValidationText.Show(mount.VirtualPath), VirtualPathRules.Allowed));
            }
            else
            {
                CheckOnce($"{field}.{nameof(mount.VirtualPath)}", mount.VirtualPath, paths, "one folder at each path", errors);
            }

            CheckMountQuota(field, mount, errors);
        }
    }

    private static void CheckMountQuota(string field, FolderMount mount, List<UserAccountError> errors)
    {
        const string Allowed = "0 (no limit) or more; -1 counts in the user's quota and is then the value of both";
        bool isBytesInUser = mount.QuotaBytes == FolderMount.InUserQuota;
        bool isFilesInUser = mount.QuotaFiles == FolderMount.InUserQuota;
        if (mount.QuotaBytes < FolderMount.InUserQuota || (isBytesInUser && !isFilesInUser))
        {
            errors.Add(new($"{field}.{nameof(mount.QuotaBytes)}", $"{mount.QuotaBytes}", Allowed));
        }

        if (mount.QuotaFiles < FolderMount.InUserQuota || (isFilesInUser && !isBytesInUser))
        {
            errors.Add(new($"{field}.{nameof(mount.QuotaFiles)}", $"{mount.QuotaFiles}", Allowed));
        }
    }

    private static void CheckLimits(UserAccount user, List<UserAccountError> errors)
    {
        CheckNumber(nameof(user.QuotaBytes), user.QuotaBytes, errors);
        CheckNumber(nameof(user.QuotaFiles), user.QuotaFiles, errors);
        CheckNumber(nameof(user.UploadTransferBytes), user.UploadTransferBytes, errors);
        CheckNumber(nameof(user.DownloadTransferBytes), user.DownloadTransferBytes, errors);
        CheckNumber(nameof(user.TotalTransferBytes), user.TotalTransferBytes, errors);
        CheckNumber(nameof(user.MaxUploadBytes), user.MaxUploadBytes, errors);
        CheckId(nameof(user.UserId), user.UserId, errors);
        CheckId(nameof(user.GroupId), user.GroupId, errors);
        if (!VirtualPathRules.IsValid(user.StartDirectory))
        {
            errors.Add(new(nameof(user.StartDirectory), ValidationText.Show(user.StartDirectory), VirtualPathRules.Allowed));
        }
    }

    private static void CheckNumber(string field, long value, List<UserAccountError> errors)
    {
        if (value < 0)
        {
            errors.Add(new(field, $"{value}", "0 (no limit) or more"));
        }
    }

    private static void CheckId(string field, uint value, List<UserAccountError> errors)
    {
        if (value > MaxId)
        {
            errors.Add(new(field, $"{value}", $"0 (the server's own) to {MaxId}"));
        }
    }
}
