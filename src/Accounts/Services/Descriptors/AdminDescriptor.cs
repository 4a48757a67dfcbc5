using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;

namespace Hpc.Accounts.Services.Descriptors;

/// <summary>Administrators. Nobody gives rights that are not its own, and nobody without a right touches who has it.</summary>
internal sealed partial class AdminDescriptor(ServiceEnvironment services) : ObjectDescriptor<Admin>(services)
{
    public override ObjectKind Kind => ObjectKind.Admin;

    public override string Noun => "administrator";

    public override Admin WithName(Admin value, string name) => value with { Username = name };

    public override Admin WithId(Admin value, long id) => value with { Id = id };

    public override string RoleOf(Admin value) => value.Role;

    public override IEnumerable<ObjectKey> ReferencesOf(Admin value)
    {
        if (value.Role.Length > 0)
        {
            yield return new(ObjectKind.Role, value.Role);
        }

        foreach (AdminGroupMapping group in value.Groups)
        {
            yield return new(ObjectKind.Group, group.Name);
        }
    }

    public override bool IsVisible(Admin value, ChangeContext context) => RoleLimits.IsVisible(value.Role, context);

    public override string? RoleOfList(ChangeContext context) => context.Role.Length > 0 ? context.Role : null;

    public override Admin Bare(Admin value) => value with { Id = 0, LastLogin = 0 };

    public override Admin Redact(Admin value) => value with
    {
        Password = null,
        Filters = value.Filters with
        {
            Totp = value.Filters.Totp with { Secret = SecretRules.Hide(value.Filters.Totp.Secret) },
            RecoveryCodes = [.. value.Filters.RecoveryCodes.Select(code => code with { Secret = SecretRules.Hide(code.Secret) })],
        },
    };

    public override async ValueTask<IReadOnlyList<Admin>> CompleteAsync(IReadOnlyList<Admin> page, ChangeContext context, CancellationToken ct)
    {
        if (page.Count == 0)
        {
            return page;
        }

        ObjectKey[] keys = [.. page.Select(admin => new ObjectKey(Kind, admin.Username))];
        IReadOnlyDictionary<(ObjectKey Key, ActivityField Field), long> activity = await Services.Provider.Activity.FindAsync(keys, ct).ConfigureAwait(false);
        return [.. page.Select((admin, i) => admin with { LastLogin = activity.GetValueOrDefault((keys[i], ActivityField.LastUse)) })];
    }

    public override string? RefuseDelete(Admin value, ChangeContext context) =>
        context.Admin?.Username == value.Username ? "An administrator cannot remove itself."
        : !AdminRights.Covers(context, value.Permissions) ? "An administrator cannot remove one who has permissions that it has not."
        : context.Role.Length > 0 ? "An administrator with a role cannot remove administrators."
        : null;

    public override async ValueTask<IReadOnlyList<ObjectChange>> FindDependentsAsync(Admin value, CancellationToken ct)
    {
        var changes = new List<ObjectChange>();
        await DependentChanges.DeleteAsync(Services.Objects, new(Kind, value.Username), ObjectKind.ApiKey, changes, ct).ConfigureAwait(false);
        return changes;
    }
}
