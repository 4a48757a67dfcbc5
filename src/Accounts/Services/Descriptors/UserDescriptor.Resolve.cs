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

        if (IsNewPlain(value, edit))
        {
            PasswordRules rules = PasswordRules.Of(value.Filters, groups.GetValueOrDefault(PrimaryGroupOf(value))?.UserSettings.Filters, Services.Options.UserPasswords);
            if (PasswordChecker.FindFault(value.Password!, rules) is { } fault)
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

    private static bool IsNewPlain(User value, ObjectEdit<User> edit) =>
        !string.IsNullOrEmpty(value.Password) && value.Password != edit.Old?.Password && !StoredPasswords.IsHashOfUser(value.Password);
}
