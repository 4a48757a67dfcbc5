using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Groups;

/// <summary>
/// What a user is with what groups give (R3.5 to R3.10): the primary group first, then secondary ones in the user's order. What the user says of a path wins.
/// Nothing that was passed in is changed.
/// </summary>
internal sealed partial class GroupMerge
{
    private readonly Placeholders _names;
    private readonly List<MergedFolder> _folders;
    private readonly Dictionary<string, IReadOnlyList<string>> _permissions;
    private readonly List<PatternsFilter> _patterns;
    private User _user;
    private UserFilters _filters;

    private GroupMerge(User user, Placeholders names)
    {
        _names = names;
        _user = user;
        _filters = user.Filters;
        _folders = [.. user.VirtualFolders.Select(static mapping => new MergedFolder(mapping, null))];
        _permissions = new Dictionary<string, IReadOnlyList<string>>(user.Permissions, StringComparer.Ordinal);
        _patterns = [.. user.Filters.FilePatterns];
    }

    /// <summary>The groups that give something, the primary one first; membership alone is left out.</summary>
    public static IEnumerable<GroupMapping> Giving(User user) =>
        user.Groups.Where(static group => group is { Type: GroupTypes.Primary }).Concat(user.Groups.Where(static group => group is { Type: GroupTypes.Secondary }));

    /// <summary>Merges; false with the reason if the user cannot be told from what is stored.</summary>
    public static bool TryMerge(User user, IReadOnlyDictionary<string, Group> groups, out MergedUser merged, out string error)
    {
        merged = null!;
        error = "";
        GroupMapping[] giving = [.. Giving(user)];
        var names = new Placeholders(user);
        if (giving.Count(static group => group.Type == GroupTypes.Primary) > 1)
        {
            error = "there are two primary groups";
            return false;
        }

        if (giving.Length > 0 && !names.AreSafe)
        {
            error = "the user's name or role cannot stand in a path";
            return false;
        }

        var merge = new GroupMerge(user, names);
        foreach (GroupMapping mapping in giving)
        {
            if (!groups.TryGetValue(mapping.Name, out Group? group))
            {
                error = $"the group {mapping.Name} cannot be had";
                return false;
            }

            bool isPrimary = mapping.Type == GroupTypes.Primary;
            if (merge.WhatLacksRole(group, isPrimary) is { } part)
            {
                error = $"the group {mapping.Name} puts %role% into {part}, and the user has no role";
                return false;
            }

            merge.Add(group, isPrimary);
        }

        merged = merge.Finish();
        return true;
    }

    // The start directory is not among them: it gives no right.
    private string? WhatLacksRole(Group group, bool isPrimary)
    {
        GroupUserSettings settings = group.UserSettings;
        return isPrimary && _names.LacksRole(settings.HomeDir) ? "its home_dir"
            : isPrimary && _names.LacksRole(settings.Filesystem) ? "its filesystem"
            : group.VirtualFolders.Any(mapping => _names.LacksRole(mapping.VirtualPath)) ? "a virtual_path"
            : settings.Permissions.Keys.Any(_names.LacksRole) ? "a path of its permissions"
            : settings.Filters.FilePatterns.Any(filter => _names.LacksRole(filter.Path)) ? "a path of its file_patterns"
            : null;
    }

    private MergedUser Finish() =>
        new(_user with { Permissions = _permissions, Filters = _filters with { FilePatterns = _patterns } }, _folders);

    private void Add(Group group, bool isPrimary)
    {
        if (isPrimary)
        {
            AddPrimary(group.UserSettings);
        }

        AddFolders(group, isPrimary);
        AddPermissions(group.UserSettings.Permissions, isPrimary);
        AddPatterns(group.UserSettings.Filters.FilePatterns, isPrimary);
        AddLists(group.UserSettings.Filters);
    }

    private void AddPrimary(GroupUserSettings group)
    {
        // A user of whom nobody knows since when it exists does not end by its group.
        bool hasTransfer = _user.UploadDataTransfer > 0 || _user.DownloadDataTransfer > 0 || _user.TotalDataTransfer > 0;
        _user = _user with
        {
            HomeDir = group.HomeDir.Length > 0 ? _names.FillPath(group.HomeDir) : _user.HomeDir,
            Filesystem = MergeFilesystem(_user.Filesystem, group.Filesystem),
            MaxSessions = Or(_user.MaxSessions, group.MaxSessions),
            QuotaSize = Or(_user.QuotaSize, group.QuotaSize),
            QuotaFiles = Or(_user.QuotaFiles, group.QuotaFiles),
            UploadBandwidth = Or(_user.UploadBandwidth, group.UploadBandwidth),
            DownloadBandwidth = Or(_user.DownloadBandwidth, group.DownloadBandwidth),
            UploadDataTransfer = hasTransfer ? _user.UploadDataTransfer : group.UploadDataTransfer,
            DownloadDataTransfer = hasTransfer ? _user.DownloadDataTransfer : group.DownloadDataTransfer,
            TotalDataTransfer = hasTransfer ? _user.TotalDataTransfer : group.TotalDataTransfer,
            ExpirationDate = _user is { ExpirationDate: 0, CreatedAt: > 0 } && group.ExpiresIn > 0 ? UnixTime.AddDays(_user.CreatedAt, group.ExpiresIn) : _user.ExpirationDate,
        };
        AddPrimary(group.Filters);
    }

    private void AddPrimary(GroupUserFilters group) => _filters = _filters with
    {
        MaxUploadFileSize = Or(_filters.MaxUploadFileSize, group.MaxUploadFileSize),
        ExternalAuthCacheTime = Or(_filters.ExternalAuthCacheTime, group.ExternalAuthCacheTime),
        FtpSecurity = Or(_filters.FtpSecurity, group.FtpSecurity),
        DefaultSharesExpiration = Or(_filters.DefaultSharesExpiration, group.DefaultSharesExpiration),
        MaxSharesExpiration = Or(_filters.MaxSharesExpiration, group.MaxSharesExpiration),
        PasswordExpiration = Or(_filters.PasswordExpiration, group.PasswordExpiration),
        PasswordStrength = Or(_filters.PasswordStrength, group.PasswordStrength),
        PasswordPolicy = new PasswordPolicy
        {
            Length = Or(_filters.PasswordPolicy.Length, group.PasswordPolicy.Length),
            Uppers = Or(_filters.PasswordPolicy.Uppers, group.PasswordPolicy.Uppers),
            Lowers = Or(_filters.PasswordPolicy.Lowers, group.PasswordPolicy.Lowers),
            Digits = Or(_filters.PasswordPolicy.Digits, group.PasswordPolicy.Digits),
            Specials = Or(_filters.PasswordPolicy.Specials, group.PasswordPolicy.Specials),
        },
        StartDirectory = _filters.StartDirectory.Length > 0 ? _filters.StartDirectory : _names.FillPath(group.StartDirectory),
        TlsUsername = _filters.TlsUsername is "" or "None" ? group.TlsUsername : _filters.TlsUsername,
        Hooks = new HooksFilter
        {
            ExternalAuthDisabled = _filters.Hooks.ExternalAuthDisabled || group.Hooks.ExternalAuthDisabled,
            PreLoginDisabled = _filters.Hooks.PreLoginDisabled || group.Hooks.PreLoginDisabled,
            CheckPasswordDisabled = _filters.Hooks.CheckPasswordDisabled || group.Hooks.CheckPasswordDisabled,
        },
        DisableFsChecks = _filters.DisableFsChecks || group.DisableFsChecks,
        AllowApiKeyAuth = _filters.AllowApiKeyAuth || group.AllowApiKeyAuth,
        IsAnonymous = _filters.IsAnonymous || group.IsAnonymous,
    };

    // R3.7: the backend as a whole; of a local group the buffer sizes alone.
    private FilesystemConfig MergeFilesystem(FilesystemConfig user, FilesystemConfig group)
    {
        if (group.Provider == FilesystemProvider.Local)
        {
            OsFilesystemConfig os = user.Os;
            return user with
            {
                Os = new OsFilesystemConfig { ReadBufferSize = Or(os.ReadBufferSize, group.Os.ReadBufferSize), WriteBufferSize = Or(os.WriteBufferSize, group.Os.WriteBufferSize) },
            };
        }

        FilesystemConfig filled = _names.Fill(group);
        return group.Provider == FilesystemProvider.Crypt && group.Crypt.Passphrase.IsEmpty
            ? filled with { Crypt = filled.Crypt with { Passphrase = user.Crypt.Passphrase } }
            : filled;
    }

    private static int Or(int own, int given) => own == 0 ? given : own;

    private static long Or(long own, long given) => own == 0 ? given : own;
}
