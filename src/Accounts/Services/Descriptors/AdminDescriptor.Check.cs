using System.Text;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Passwords;

namespace Hpc.Accounts.Services.Descriptors;

/// <content>What an administrator may be.</content>
internal sealed partial class AdminDescriptor
{
    private const int MaxGroups = 256;

    // Sum of the bits of R3.6.
    private const int MaxHiddenSections = 127;

    public override Admin Check(Admin value, ObjectEdit<Admin> edit)
    {
        ErrorList errors = edit.Errors;
        CheckRights(value, edit);
        if (edit.Old is null)
        {
            Services.Names.Check("username", value.Username, errors);
        }

        errors.OneOf("status", value.Status, [0, 1]);
        value = value with
        {
            Email = TextRules.Email("email", value.Email, errors),
            Description = TextRules.Lines("description", value.Description, errors),
            AdditionalInfo = TextRules.Lines("additional_info", value.AdditionalInfo, errors, TextRules.MaxLongText),
            Permissions = CheckPermissions(value, errors),
            Filters = CheckFilters(value.Filters, edit),
            Groups = CheckGroups(value.Groups, errors),
            CreatedAt = ObjectTimes.Created(value.CreatedAt, edit.Old?.CreatedAt, edit),
            UpdatedAt = ObjectTimes.Updated(value.UpdatedAt, edit),
        };
        CheckOneself(value, edit);
        return CheckPassword(value, edit);
    }

    public override async ValueTask<Admin> ResolveAsync(Admin value, ObjectEdit<Admin> edit, CancellationToken ct)
    {
        if (edit.IsRestore)
        {
            return value;
        }

        string[] names = [.. value.Groups.Select(group => group.Name)];
        if (names.Length > 0)
        {
            await ReferenceChecks.FindAsync<Group>(Services.Objects, ObjectKind.Group, names, i => $"groups[{i}].name", edit.Errors, ct).ConfigureAwait(false);
        }

        if (value.Role != edit.Old?.Role)
        {
            await ReferenceChecks.CheckAsync(Services.Objects, ObjectKind.Role, "role", value.Role, edit.Errors, ct).ConfigureAwait(false);
        }

        return value;
    }

    public override async ValueTask<Admin> SealAsync(Admin value, ObjectEdit<Admin> edit, CancellationToken ct)
    {
        if (IsNewPlain(value, edit))
        {
            string? hash = await Services.Hasher.HashAsync(Encoding.UTF8.GetBytes(value.Password!), ct).ConfigureAwait(false);
            edit.IsBusy = hash is null;
            value = value with { Password = hash };
        }

        return value with { Password = string.IsNullOrEmpty(value.Password) ? null : value.Password, Filters = SecondFactorRules.Seal(value.Filters, value.Username, Services.Protector) };
    }

    private static void CheckRights(Admin value, ObjectEdit<Admin> edit)
    {
        RoleLimits.RequireNoRole("administrators", edit);
        if (edit.Old is { } old && !AdminRights.Covers(edit.Context, old.Permissions))
        {
            edit.Refuse("An administrator cannot change one who has permissions that it has not.");
        }

        if (!AdminRights.Covers(edit.Context, value.Permissions.OfType<string>().Except(edit.Old?.Permissions ?? [], StringComparer.Ordinal)))
        {
            edit.Refuse("An administrator cannot give permissions that it has not.");
        }
    }

    private static void CheckOneself(Admin value, ObjectEdit<Admin> edit)
    {
        if (edit.Old is not { } old || edit.Context.Admin?.Username != old.Username)
        {
            return;
        }

        if (value.Status != old.Status)
        {
            edit.Refuse("An administrator cannot disable itself.");
        }

        if (value.Role != old.Role || !value.Permissions.ToHashSet(StringComparer.Ordinal).SetEquals(old.Permissions))
        {
            edit.Refuse("An administrator cannot change its own permissions and role.");
        }
    }

    private static IReadOnlyList<string> CheckPermissions(Admin value, ErrorList errors)
    {
        if (value.Permissions.Count == 0)
        {
            errors.AddMissing("permissions", "one or more of " + string.Join(", ", AdminPermissionNames.Everything));
            return [];
        }

        IReadOnlyList<string> permissions = EnumLists.Of("permissions", value.Permissions, AdminPermissionNames.Everything, errors);
        permissions = permissions.Contains(AdminPermissionNames.All, StringComparer.Ordinal) ? [AdminPermissionNames.All] : permissions;
        if (value.Role.Length > 0 && permissions.Intersect(RoleLimits.ForbiddenPermissions, StringComparer.Ordinal).ToArray() is { Length: > 0 } forbidden)
        {
            errors.Add("permissions", string.Join(", ", forbidden), "for an administrator with a role none of " + string.Join(", ", RoleLimits.ForbiddenPermissions));
        }

        return permissions;
    }

    private static AdminFilters CheckFilters(AdminFilters value, ObjectEdit<Admin> edit)
    {
        ErrorList errors = edit.Errors;
        errors.Range("filters.preferences.hide_user_page_sections", value.Preferences.HideUserPageSections, 0, MaxHiddenSections);
        errors.Range("filters.preferences.default_users_expiration", value.Preferences.DefaultUsersExpiration, 0, FilterRules.MaxDays);
        return value with
        {
            AllowList = NetworkRules.List("filters.allow_list", value.AllowList, errors),
            Totp = edit.IsRestore ? SecondFactorRules.CheckTotp("filters.totp_config", value.Totp, edit.Old?.Filters.Totp, errors) : edit.Old?.Filters.Totp ?? new(),
            RecoveryCodes = edit.IsRestore
                ? SecondFactorRules.CheckCodes("filters.recovery_codes", value.RecoveryCodes, edit.Old?.Filters.RecoveryCodes, errors)
                : edit.Old?.Filters.RecoveryCodes ?? [],
        };
    }

    private List<AdminGroupMapping> CheckGroups(IReadOnlyList<AdminGroupMapping?> values, ErrorList errors)
    {
        if (!errors.HasCount("groups", values, MaxGroups))
        {
            return [];
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var groups = new List<AdminGroupMapping>(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } group)
            {
                errors.AddMissing($"groups[{i}]", "a group's name");
                continue;
            }

            string name = Services.Names.Normalise(group.Name);
            Services.Names.Check($"groups[{i}].name", name, errors);
            errors.Range($"groups[{i}].options.add_to_users_as", group.Options.AddToUsersAs, 0, 2);
            if (!seen.Add(name))
            {
                errors.Add($"groups[{i}].name", $"{ValidationText.Show(name)} a second time", "each group once");
            }

            groups.Add(group with { Name = name });
        }

        if (groups.Count(group => group.Options.AddToUsersAs == 1) > 1)
        {
            errors.Add("groups", "more than one group that is added as primary", "at most one with add_to_users_as 1");
        }

        return groups;
    }

    private Admin CheckPassword(Admin value, ObjectEdit<Admin> edit)
    {
        Admin? old = edit.Old;
        if (string.IsNullOrEmpty(value.Password))
        {
            return value with { Password = old?.Password, LastPasswordChange = old?.LastPasswordChange ?? 0 };
        }

        if (StoredPasswords.IsHashOfAdmin(value.Password))
        {
            if (!StoredPasswords.IsUsable(value.Password))
            {
                edit.Errors.Add("password", "a hash that cannot be verified (not shown)", "a plain password, or a bcrypt or argon2id hash whose cost is bounded");
            }
            else
            {
                PasswordRuleRights.CheckCost("password", value.Password, edit.Old?.Password, Services.Options, edit);
                PasswordRuleRights.CheckHash("password", value.Password, edit.Old?.Password, Services.Options.AdminPasswords, edit);
            }
        }
        else if (PasswordChecker.FindFault(value.Password, Services.Options.AdminPasswords, Services.Hasher.MaxPasswordBytes) is { } fault)
        {
            edit.Errors.Add("password", "a password that is too weak or cannot be used (not shown)", fault);
        }

        // Tokens are bound to it: two changes within one millisecond are two, and so is another password that comes with the date of the one before.
        bool isSame = value.Password == old?.Password;
        bool isGiven = edit.IsRestore && value.LastPasswordChange > 0 && (isSame || value.LastPasswordChange != old?.LastPasswordChange);
        long before = old?.LastPasswordChange ?? 0;
        return value with { LastPasswordChange = isGiven ? value.LastPasswordChange : isSame ? before : Math.Max(edit.Now, before + 1) };
    }

    private static bool IsNewPlain(Admin value, ObjectEdit<Admin> edit) =>
        !string.IsNullOrEmpty(value.Password) && value.Password != edit.Old?.Password && !StoredPasswords.IsHashOfAdmin(value.Password);
}
