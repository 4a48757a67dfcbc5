using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Groups;

/// <summary>Makes the account that logins and sessions use of a user, its groups and its folders. Pure.</summary>
public static class EffectiveUser
{
    private const long Mebibyte = 1 << 20;

    private static readonly string[] AnonymousPermissions = ["list", "download"];

    /// <summary>Names of the groups that the user's account is made of: those that give something, and those whose members share a bandwidth, which any may be.</summary>
    public static IReadOnlyList<string> GroupsOf(User user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return [.. GroupMerge.Giving(user).Concat(user.Groups.Where(static group => group is not null)).Select(static group => group.Name).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Names of the folders that the user's account is made of.</summary>
    public static IReadOnlyList<string> FoldersOf(User user, IReadOnlyDictionary<string, Group> groups)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(groups);
        IEnumerable<FolderMapping> given =
            GroupMerge.Giving(user).Select(static group => group.Name).SelectMany(name => groups.TryGetValue(name, out Group? group) ? group.VirtualFolders : []);
        return [.. user.VirtualFolders.Concat(given).Where(static mapping => mapping is not null).Select(static mapping => mapping.Name).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The user as an object with what groups give, in its own units; false with the reason if it cannot be told.</summary>
    public static bool TryMerge(User user, IReadOnlyDictionary<string, Group> groups, out User merged, out string error)
    {
        bool isMerged = GroupMerge.TryMerge(user, groups, out MergedUser result, out error);
        merged = isMerged ? result.User with { VirtualFolders = [.. result.Folders.Select(static folder => folder.Mapping)] } : null!;
        return isMerged;
    }

    /// <summary>
    /// The account; false with the reason if it cannot be told from what is stored, so that the user must not log in. A folder that is not there is a mount without a directory.
    /// </summary>
    /// <param name="user">The user.</param>
    /// <param name="groups">Those of <see cref="GroupsOf"/>, by name.</param>
    /// <param name="folders">Those of <see cref="FoldersOf"/>, by name.</param>
    /// <param name="version">The account's <see cref="UserAccount.Version"/>: another one after any change of these objects.</param>
    /// <param name="account">The account.</param>
    /// <param name="error">The reason.</param>
    public static bool TryCreate(
        User user, IReadOnlyDictionary<string, Group> groups, IReadOnlyDictionary<string, Folder> folders, long version, out UserAccount account, out string error)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentNullException.ThrowIfNull(folders);
        account = null!;
        if (WhyUnreadable(user, groups) is { } reason)
        {
            error = reason;
            return false;
        }

        if (!GroupMerge.TryMerge(user, groups, out MergedUser merged, out error))
        {
            return false;
        }

        if (WhyOutOfRange(merged.User) is { } field)
        {
            error = $"{field} is out of range";
            return false;
        }

        GroupBandwidth[] totals = GroupTotals(user, groups);
        if (Array.Find(totals, static total => total.Upload < 0 || total.Download < 0) is { } broken)
        {
            error = $"a bandwidth of the group {broken.Group} is out of range";
            return false;
        }

        account = Create(user, merged, folders, version) with { GroupBandwidths = totals };
        return true;
    }

    private static GroupBandwidth[] GroupTotals(User user, IReadOnlyDictionary<string, Group> groups) =>
    [
        .. user.Groups.Select(static group => group.Name).Distinct(StringComparer.Ordinal)
            .Select(name => groups.GetValueOrDefault(name))
            .Where(static group => group is not null && (group.TotalUploadBandwidth != 0 || group.TotalDownloadBandwidth != 0))
            .Select(static group => new GroupBandwidth(group!.Name, group.TotalUploadBandwidth, group.TotalDownloadBandwidth)),
    ];

    private static UserAccount Create(User own, MergedUser merged, IReadOnlyDictionary<string, Folder> folders, long version)
    {
        User user = merged.User;
        UserFilters filters = user.Filters;
        return new UserAccount
        {
            UserName = user.Username,
            HomeDirectory = user.HomeDir,
            PasswordHash = string.IsNullOrEmpty(user.Password) ? null : user.Password,
            PublicKeys = user.PublicKeys,
            IsEnabled = user.Status == 1,
            ExpiresAt = user.ExpirationDate == 0 ? null : UnixTime.ToTime(user.ExpirationDate),
            Permissions = PermissionsOf(user, user.Permissions.GetValueOrDefault("/") ?? []),
            DirectoryPermissions = [.. user.Permissions.Where(static entry => entry.Key != "/").Select(entry => new DirectoryPermissions(entry.Key, PermissionsOf(user, entry.Value)))],
            FilePatterns = [.. filters.FilePatterns.Select(static filter =>
                new FilePatternRule(filter.Path, filter.AllowedPatterns, filter.DeniedPatterns, filter.DenyPolicy == 0 ? FilePatternPolicy.Deny : FilePatternPolicy.Hide))],
            Folders = [.. merged.Folders.Select(folder => MountOf(folder, folders.GetValueOrDefault(folder.Mapping.Name)))],
            QuotaBytes = user.QuotaSize,
            QuotaFiles = user.QuotaFiles,
            UploadTransferBytes = Bytes(user.UploadDataTransfer),
            DownloadTransferBytes = Bytes(user.DownloadDataTransfer),
            TotalTransferBytes = Bytes(user.TotalDataTransfer),
            MaxUploadBytes = filters.MaxUploadFileSize,
            UserId = (uint)user.Uid,
            GroupId = (uint)user.Gid,
            StartDirectory = filters.StartDirectory.Length == 0 ? "/" : filters.StartDirectory,
            Logins = LoginsOf(user),
            MaxSessions = user.MaxSessions,
            UploadBandwidth = user.UploadBandwidth,
            DownloadBandwidth = user.DownloadBandwidth,
            BandwidthLimits = filters.BandwidthLimits,
            TransferLimits = filters.DataTransferLimits,
            WebClient = filters.WebClient,
            Filesystem = user.Filesystem,
            Groups = [.. user.Groups.Select(static group => group.Name)],
            Role = user.Role,
            PasswordStrength = filters.PasswordStrength,
            PasswordPolicy = filters.PasswordPolicy,
            DefaultSharesExpiration = filters.DefaultSharesExpiration,
            MaxSharesExpiration = filters.MaxSharesExpiration,
            CredentialStamp = CredentialStamps.Of(own),
            DisableFsChecks = filters.DisableFsChecks,
            Version = version,
        };
    }

    private static IReadOnlyList<string> PermissionsOf(User user, IReadOnlyList<string> names) => user.Filters.IsAnonymous ? AnonymousPermissions : names;

    private static LoginRules LoginsOf(User user)
    {
        UserFilters filters = user.Filters;
        return new LoginRules
        {
            DeniedMethods = filters.IsAnonymous ? [.. LoginMethodNames.All.Where(static name => name != LoginMethodNames.Password)] : filters.DeniedLoginMethods,
            DeniedProtocols = filters.IsAnonymous ? [.. filters.DeniedProtocols.Union([ProtocolNames.Ssh, ProtocolNames.Http], StringComparer.Ordinal)] : filters.DeniedProtocols,
            AllowedSources = filters.AllowedIp,
            DeniedSources = filters.DeniedIp,
            AccessTimes = filters.AccessTime,
            IsCommonNameUser = filters.TlsUsername == "CommonName",
            TlsCertificates = filters.TlsCerts,
            IsTlsRequired = filters.FtpSecurity == 1,
            IsAnonymous = filters.IsAnonymous,
            SecondFactorProtocols = filters.TwoFactorProtocols,
            Totp = filters.Totp,
            HasRecoveryCodes = filters.RecoveryCodes.Any(static code => !code.Used),
            RequirePasswordChange = filters.RequirePasswordChange,
            PasswordExpiresAt = filters.PasswordExpiration > 0 && PasswordSince(user) is > 0 and long since
                ? UnixTime.ToTime(UnixTime.AddDays(since, filters.PasswordExpiration))
                : null,
            AllowApiKeys = filters.AllowApiKeyAuth,
        };
    }

    // 0 is not known, and then the password does not end.
    private static long PasswordSince(User user) => user.LastPasswordChange > 0 ? user.LastPasswordChange : user.CreatedAt;

    private static FolderMount MountOf(MergedFolder merged, Folder? folder)
    {
        bool lacksRole = folder is not null && merged.Names is { } names && (names.LacksRole(folder.MappedPath) || names.LacksRole(folder.Filesystem));
        string? path = lacksRole ? null : folder?.MappedPath;
        FilesystemConfig filesystem = lacksRole ? new() : folder?.Filesystem ?? new();
        return new FolderMount
        {
            FolderName = merged.Mapping.Name,
            VirtualPath = merged.Mapping.VirtualPath,
            QuotaBytes = merged.Mapping.QuotaSize,
            QuotaFiles = merged.Mapping.QuotaFiles,
            IsReadOnly = merged.Mapping.ReadOnly,
            MappedPath = path is null || merged.Names is null ? path : merged.Names.FillPath(path),
            Filesystem = merged.Names is null ? filesystem : merged.Names.Fill(filesystem),
            LacksRole = lacksRole,
        };
    }

    // A list of JSON can hold null where no object is, whatever the types say.
    private static string? WhyUnreadable(User user, IReadOnlyDictionary<string, Group> groups)
    {
        if (user.Username.Length == 0)
        {
            return "it has no name";
        }

        bool isWhole = IsWhole(user.Groups) && IsWhole(user.PublicKeys) && IsWhole(user.VirtualFolders) && IsWhole(user.Filters.RecoveryCodes) && IsWhole(user.Filters.TlsCerts)
            && IsWhole(user.Permissions) && AreWhole(user.Filters);
        return !isWhole
            ? "a list in it holds null"
            : groups.FirstOrDefault(static entry => !IsWhole(entry.Value.VirtualFolders) || !IsWhole(entry.Value.UserSettings.Permissions) || !AreWhole(entry.Value.UserSettings.Filters)).Key is { } name
                ? $"a list in the group {name} holds null"
                : null;
    }

    private static bool AreWhole(IBaseUserFilters filters) =>
        IsWhole(filters.AllowedIp) && IsWhole(filters.DeniedIp) && IsWhole(filters.DeniedLoginMethods) && IsWhole(filters.DeniedProtocols) && IsWhole(filters.FilePatterns)
        && IsWhole(filters.WebClient) && IsWhole(filters.BandwidthLimits) && IsWhole(filters.DataTransferLimits) && IsWhole(filters.TwoFactorProtocols) && IsWhole(filters.AccessTime);

    private static bool IsWhole<T>(IReadOnlyList<T> list)
        where T : class
    {
        for (int i = 0; i < list.Count; i++)
        {
            if (list[i] is null)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsWhole(IReadOnlyDictionary<string, IReadOnlyList<string>> permissions) =>
        permissions.All(static entry => entry.Value is not null && IsWhole(entry.Value));

    // A limit below zero would be none at all.
    private static string? WhyOutOfRange(User user)
    {
        ReadOnlySpan<(string Name, long Value)> limits =
        [
            ("quota_size", user.QuotaSize), ("quota_files", user.QuotaFiles), ("max_sessions", user.MaxSessions),
            ("upload_bandwidth", user.UploadBandwidth), ("download_bandwidth", user.DownloadBandwidth),
            ("upload_data_transfer", user.UploadDataTransfer), ("download_data_transfer", user.DownloadDataTransfer), ("total_data_transfer", user.TotalDataTransfer),
            ("filters.max_upload_file_size", user.Filters.MaxUploadFileSize), ("uid", user.Uid), ("gid", user.Gid),
        ];
        foreach ((string name, long value) in limits)
        {
            if (value < 0)
            {
                return name;
            }
        }

        return user.Uid > uint.MaxValue ? "uid" : user.Gid > uint.MaxValue ? "gid" : null;
    }

    private static long Bytes(long mebibytes) => mebibytes > long.MaxValue / Mebibyte ? long.MaxValue : mebibytes * Mebibyte;
}
