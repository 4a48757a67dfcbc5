namespace Hpc.Accounts.Objects.Validation;

/// <summary>Virtual folders of users and groups (R3.15).</summary>
internal static class MountRules
{
    public static IReadOnlyList<FolderMapping> Check(string path, IReadOnlyList<FolderMapping?> values, NameRules names, ErrorList errors)
    {
        if (!errors.HasCount(path, values, UserAccountValidator.MaxFolders))
        {
            return [];
        }

        var seenNames = new HashSet<string>(StringComparer.Ordinal);
        var seenPaths = new HashSet<string>(StringComparer.Ordinal);
        var mounts = new List<FolderMapping>(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            string at = $"{path}[{i}]";
            if (values[i] is not { } mount)
            {
                errors.AddMissing(at, "a folder's name and a virtual path");
                continue;
            }

            string name = names.Normalise(mount.Name);
            names.Check($"{at}.name", name, errors);
            string virtualPath = PathRules.Virtual($"{at}.virtual_path", mount.VirtualPath, errors);
            if (!seenNames.Add(name))
            {
                errors.Add($"{at}.name", $"{ValidationText.Show(name)} a second time", "each folder once");
            }

            if (!seenPaths.Add(virtualPath))
            {
                errors.Add($"{at}.virtual_path", $"{ValidationText.Show(virtualPath)} a second time", "one folder at each path");
            }

            CheckQuota(at, mount, errors);
            mounts.Add(mount with { Name = name, VirtualPath = virtualPath });
        }

        return mounts;
    }

    /// <summary>A mount without what belongs to the folder, as it is stored.</summary>
    public static FolderMapping Bare(FolderMapping mount) => new()
    {
        Name = mount.Name,
        VirtualPath = mount.VirtualPath,
        QuotaSize = mount.QuotaSize,
        QuotaFiles = mount.QuotaFiles,
        ReadOnly = mount.ReadOnly,
    };

    private static void CheckQuota(string path, FolderMapping mount, ErrorList errors)
    {
        const string Allowed = "0 (no limit) or more; -1 counts in the user's quota and is then the value of both";
        bool isMixed = (mount.QuotaSize == FolderMount.InUserQuota) != (mount.QuotaFiles == FolderMount.InUserQuota);
        if (mount.QuotaSize < FolderMount.InUserQuota || (isMixed && mount.QuotaSize < 0))
        {
            errors.Add($"{path}.quota_size", ErrorList.Text(mount.QuotaSize), Allowed);
        }

        if (mount.QuotaFiles < FolderMount.InUserQuota || (isMixed && mount.QuotaFiles < 0))
        {
            errors.Add($"{path}.quota_files", ErrorList.Text(mount.QuotaFiles), Allowed);
        }
    }
}
