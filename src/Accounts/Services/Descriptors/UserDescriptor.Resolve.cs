using System.Text;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Passwords;

namespace Hpc.Accounts.Services.Descriptors;

/// <content>What the provider must be asked about, and what is hashed and encrypted.</content>
internal sealed partial class UserDescriptor
{
    public override async ValueTask<User> ResolveAsync(User value, ObjectEdit<User> edit, CancellationToken ct)
    {
        await MountedFolders.ResolveAsync(Services, value.VirtualFolders, edit.Old?.VirtualFolders, edit, ct).ConfigureAwait(false);
        string[] names = [.. value.Groups.Select(group => group.Name)];
        IReadOnlyDictionary<string, Group> groups = names.Length == 0
            ? new Dictionary<string, Group>()
            : await ReferenceChecks.FindAsync<Group>(
                Services.Objects, ObjectKind.Group, names, i => $"groups[{i}].name", edit.IsRestore ? null : edit.Errors, ct).ConfigureAwait(false);
        if (!edit.IsRestore && value.Role != edit.Old?.Role)
        {
            await ReferenceChecks.CheckAsync(Services.Objects, ObjectKind.Role, "role", value.Role, edit.Errors, ct).ConfigureAwait(false);
        }

        if (edit.Old is null && !edit.IsRestore)
        {
            await CheckNameAsync(value, edit, ct).ConfigureAwait(false);
        }

        PasswordRules rules = PasswordRules.Of(value.Filters, groups.GetValueOrDefault(PrimaryGroupOf(value))?.UserSettings.Filters, Services.Options.UserPasswords);
        if (edit.Old is { } old && !edit.IsRestore && rules.IsWeakerThan(await FindRulesAsync(old, groups, ct).ConfigureAwait(false)))
        {
            PasswordRuleRights.CheckWeaker("groups", edit);
        }

        PasswordRuleRights.CheckHash("password", value.Password, edit.Old?.Password, rules, edit);
        if (IsNewPlain(value, edit))
        {
            if (PasswordChecker.FindFault(value.Password!, rules, Services.Hasher.MaxPasswordBytes) is { } fault)
            {
                edit.Errors.Add("password", "a password that is too weak or cannot be used (not shown)", fault);
            }
        }

        return value;
    }

    public override async ValueTask<User> SealAsync(User value, ObjectEdit<User> edit, CancellationToken ct)
    {
        if (IsNewPlain(value, edit))
        {
            string? hash = await Services.Hasher.HashAsync(Encoding.UTF8.GetBytes(value.Password!), ct).ConfigureAwait(false);
            edit.IsBusy = hash is null;
            value = value with { Password = hash };
        }

        return value with
        {
            Password = string.IsNullOrEmpty(value.Password) ? null : value.Password,
            Filesystem = FilesystemRules.MapSecrets(value.Filesystem, secret => Services.Protector.Protect(secret, value.Username)),
            Filters = SecondFactorRules.Seal(value.Filters, value.Username, Services.Protector),
        };
    }

    // The directory of a role's folders must not be a home, whose user could put links there.
    private async ValueTask CheckNameAsync(User value, ObjectEdit<User> edit, CancellationToken ct)
    {
        if ((edit.Context.Role.Length > 0 || RoleLimits.IsHomeOfName(value.HomeDir, value.Username, Services.Options))
            && await Services.Objects.FindAsync(new(ObjectKind.Role, value.Username), ct).ConfigureAwait(false) is not null)
        {
            edit.Errors.Add("username", $"{ValidationText.Show(value.Username)}, which is the name of a role", "a name that no role has");
        }
    }

    private async ValueTask<PasswordRules> FindRulesAsync(User user, IReadOnlyDictionary<string, Group> known, CancellationToken ct)
    {
        string primary = PrimaryGroupOf(user);
        if (primary.Length > 0 && !known.ContainsKey(primary))
        {
            known = await ReferenceChecks.FindAsync<Group>(Services.Objects, ObjectKind.Group, [primary], null, null, ct).ConfigureAwait(false);
        }

        return PasswordRules.Of(user.Filters, known.GetValueOrDefault(primary)?.UserSettings.Filters, Services.Options.UserPasswords);
    }

    private static bool IsNewPlain(User value, ObjectEdit<User> edit) =>
        !string.IsNullOrEmpty(value.Password) && value.Password != edit.Old?.Password && !StoredPasswords.IsHashOfUser(value.Password);
}
