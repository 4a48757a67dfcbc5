using Hpc.Accounts.Groups;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Passwords;

namespace Hpc.Accounts.Services.Descriptors;

/// <content>What a user may be.</content>
internal sealed partial class UserDescriptor
{
    private const int MaxGroups = 256;

    public override User Check(User value, ObjectEdit<User> edit)
    {
        ErrorList errors = edit.Errors;
        if (edit.Context.User is not null)
        {
            edit.Refuse("A user changes itself by its profile alone.");
        }

        if (edit.Old is null)
        {
            Services.Names.Check("username", value.Username, errors);
        }

        CheckNumbers(value, errors);
        PasswordRuleRights.Check("filters", value.Filters, edit.Old?.Filters, edit);
        value = value with
        {
            Email = TextRules.Email("email", value.Email, errors),
            Description = TextRules.Lines("description", value.Description, errors),
            AdditionalInfo = TextRules.Lines("additional_info", value.AdditionalInfo, errors, TextRules.MaxLongText),
            PublicKeys = KeyRules.PublicKeys("public_keys", value.PublicKeys, errors),
            Permissions = PermissionsRules.Check("permissions", value.Permissions, isRootRequired: true, errors),
            VirtualFolders = MountRules.Check("virtual_folders", value.VirtualFolders, Services.Names, errors),
            Groups = CheckGroups(value.Groups, edit),
            Filesystem = FilesystemRules.Check("filesystem", value.Filesystem, edit.Old?.Filesystem, edit.IsRestore, errors),
            Filters = CheckFilters(value.Filters, edit),
            Role = RoleLimits.RoleOf(value.Role, edit),
            CreatedAt = ObjectTimes.Created(value.CreatedAt, edit.Old?.CreatedAt, edit),
            UpdatedAt = ObjectTimes.Updated(value.UpdatedAt, edit),
        };
        RoleLimits.CheckFilesystem("filesystem", value.Filesystem, edit.Old?.Filesystem, edit);
        return CheckHome(CheckPassword(value, edit), edit);
    }

    private static void CheckNumbers(User value, ErrorList errors)
    {
        errors.OneOf("status", value.Status, [0, 1]);
        TextRules.Time("expiration_date", value.ExpirationDate, errors);
        errors.Range("uid", value.Uid, 0, int.MaxValue);
        errors.Range("gid", value.Gid, 0, int.MaxValue);
        LimitRules.Quotas("", value.MaxSessions, value.QuotaSize, value.QuotaFiles, errors);
        LimitRules.Bandwidth("", value.UploadBandwidth, value.DownloadBandwidth, errors);
        LimitRules.Transfer("", value.UploadDataTransfer, value.DownloadDataTransfer, value.TotalDataTransfer, errors);
    }

    private User CheckHome(User value, ObjectEdit<User> edit)
    {
        bool isLocal = value.Filesystem.Provider is FilesystemProvider.Local or FilesystemProvider.Crypt;
        string home = value.HomeDir;
        if (home.Length == 0 && Services.Options.UsersBaseDirectory.Length > 0 && Services.Names.IsValid(value.Username))
        {
            home = Services.Options.UsersBaseDirectory.TrimEnd('/') + "/" + value.Username;
        }

        if (home.Length == 0 && isLocal)
        {
            edit.Errors.AddMissing("home_dir", "an absolute path of the server; it can be left out if users_base_dir is configured, or the files are not on the server");
            return value;
        }

        home = home.Length == 0 ? "" : PathRules.Server("home_dir", home, edit.Errors);
        RoleLimits.CheckHome(home, edit.Old?.HomeDir, value.Username, Services.Options, edit);
        return value with { HomeDir = home };
    }

    private List<GroupMapping> CheckGroups(IReadOnlyList<GroupMapping?> values, ObjectEdit<User> edit)
    {
        ErrorList errors = edit.Errors;
        if (!errors.HasCount("groups", values, MaxGroups))
        {
            return [];
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var groups = new List<GroupMapping>(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } group)
            {
                errors.AddMissing($"groups[{i}]", "a group's name and a type");
                continue;
            }

            string name = Services.Names.Normalise(group.Name);
            Services.Names.Check($"groups[{i}].name", name, errors);
            errors.Range($"groups[{i}].type", group.Type, GroupTypes.Primary, GroupTypes.Membership);
            if (!seen.Add(name))
            {
                errors.Add($"groups[{i}].name", $"{ValidationText.Show(name)} a second time", "each group once");
            }

            CheckMayGive(name, i, edit);
            groups.Add(group with { Name = name });
        }

        if (groups.Count(group => group.Type == GroupTypes.Primary) > 1)
        {
            errors.Add("groups", "more than one group of type 1", "at most one primary group (type 1)");
        }

        return groups;
    }

    // Groups give home directories and folders: an administrator with a role gives those that are named for it, and leaves others as they are.
    private static void CheckMayGive(string name, int index, ObjectEdit<User> edit)
    {
        bool isGiven = edit.Context.Role.Length == 0
            || edit.Context.Admin?.Groups.Any(group => group.Name == name) == true
            || edit.Old?.Groups.Any(group => group.Name == name) == true;
        if (!isGiven)
        {
            edit.Refuse($"groups[{index}]: an administrator with a role can give the groups that its own account lists alone.");
        }
    }

    private static UserFilters CheckFilters(UserFilters value, ObjectEdit<User> edit)
    {
        ErrorList errors = edit.Errors;
        UserFilters filters = value with
        {
            TlsCerts = KeyRules.Certificates("filters.tls_certs", value.TlsCerts, errors),
            AdditionalEmails = KeyRules.Emails("filters.additional_emails", value.AdditionalEmails, errors),
            Totp = edit.IsRestore ? SecondFactorRules.CheckTotp("filters.totp_config", value.Totp, edit.Old?.Filters.Totp, errors) : edit.Old?.Filters.Totp ?? new(),
            RecoveryCodes = edit.IsRestore
                ? SecondFactorRules.CheckCodes("filters.recovery_codes", value.RecoveryCodes, edit.Old?.Filters.RecoveryCodes, errors)
                : edit.Old?.Filters.RecoveryCodes ?? [],
        };
        FilterRules.Check("filters", filters, errors);
        if (filters.Totp.Enabled && filters.WebClient.Contains(WebClientOptions.MfaDisabled, StringComparer.Ordinal))
        {
            errors.Add("filters.web_client", WebClientOptions.MfaDisabled, "a list without it: the user has a second factor, which is to be disabled first");
        }

        return filters;
    }

    private User CheckPassword(User value, ObjectEdit<User> edit)
    {
        User? old = edit.Old;
        long lastChange = edit.IsRestore ? Math.Max(value.LastPasswordChange, 0) : old?.LastPasswordChange ?? 0;
        if (string.IsNullOrEmpty(value.Password) && value.HasPassword == false && !string.IsNullOrEmpty(old?.Password) && !edit.IsRestore)
        {
            return value with { Password = null, LastPasswordChange = Math.Max(edit.Now, lastChange + 1) };
        }

        if (string.IsNullOrEmpty(value.Password))
        {
            return value with { Password = old?.Password, LastPasswordChange = edit.IsRestore && value.LastPasswordChange <= 0 ? old?.LastPasswordChange ?? 0 : lastChange };
        }

        if (StoredPasswords.IsHashOfUser(value.Password) && !StoredPasswords.IsUsable(value.Password))
        {
            edit.Errors.Add("password", "a hash that cannot be verified (not shown)", "a plain password, or a hash of a supported form whose cost is bounded");
        }
        else
        {
            PasswordRuleRights.CheckCost("password", value.Password, old?.Password, Services.Options, edit);
        }

        // Tokens are bound to it: two changes within one millisecond are two.
        bool isGiven = edit.IsRestore && value.LastPasswordChange > 0;
        return value with { LastPasswordChange = isGiven ? lastChange : Math.Max(edit.Now, (old?.LastPasswordChange ?? 0) + 1) };
    }
}
