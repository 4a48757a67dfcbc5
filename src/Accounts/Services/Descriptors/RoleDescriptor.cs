using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;

namespace Hpc.Accounts.Services.Descriptors;

/// <summary>Roles. Administrators hold one up; users and folders of a role that is removed are of none.</summary>
internal sealed class RoleDescriptor(ServiceEnvironment services) : ObjectDescriptor<Role>(services)
{
    public override ObjectKind Kind => ObjectKind.Role;

    public override string Noun => "role";

    public override Role WithName(Role value, string name) => value with { Name = name };

    public override Role WithId(Role value, long id) => value with { Id = id };

    public override bool IsVisible(Role value, ChangeContext context) => RoleLimits.IsVisible(value.Name, context);

    public override ValueTask<IReadOnlyList<string>?> FindNamesOfListAsync(ChangeContext context, CancellationToken ct) =>
        new(RoleLimits.IsUnlimited(context) ? null : [context.Role]);

    public override Role Check(Role value, ObjectEdit<Role> edit)
    {
        RoleLimits.RequireNoRole("roles", edit);
        if (edit.Old is null)
        {
            Services.Names.Check("name", value.Name, edit.Errors);
        }

        return value with
        {
            Description = TextRules.Lines("description", value.Description, edit.Errors),
            CreatedAt = ObjectTimes.Created(value.CreatedAt, edit.Old?.CreatedAt, edit),
            UpdatedAt = ObjectTimes.Updated(value.UpdatedAt, edit),
        };
    }

    // The directory of a role's folders must not be a home, whose user could put links there.
    public override async ValueTask<Role> ResolveAsync(Role value, ObjectEdit<Role> edit, CancellationToken ct)
    {
        if (edit.Old is null && !edit.IsRestore && await Services.Objects.FindAsync(new(ObjectKind.User, value.Name), ct).ConfigureAwait(false) is not null)
        {
            edit.Errors.Add("name", $"{ValidationText.Show(value.Name)}, which is the name of a user", "a name that no user has");
        }

        return value;
    }

    public override Role Bare(Role value) => value with { Id = 0, Users = [], Admins = [] };

    public override async ValueTask<IReadOnlyList<Role>> CompleteAsync(IReadOnlyList<Role> page, ChangeContext context, CancellationToken ct)
    {
        if (page.Count == 0)
        {
            return page;
        }

        ReferringNames users = await ReferringNames.FindAsync(Services.Objects, Kind, page.Select(role => role.Name), ObjectKind.User, context, ct).ConfigureAwait(false);
        ReferringNames admins = await ReferringNames.FindAsync(Services.Objects, Kind, page.Select(role => role.Name), ObjectKind.Admin, context, ct).ConfigureAwait(false);
        return [.. page.Select(role => role with { Users = users.Of(role.Name), Admins = admins.Of(role.Name) })];
    }

    public override string? RefuseDelete(Role value, ChangeContext context) => RoleLimits.IsUnlimited(context) ? null : "An administrator with a role cannot remove roles.";

    public override async ValueTask<IReadOnlyList<ObjectChange>> FindDependentsAsync(Role value, CancellationToken ct)
    {
        var changes = new List<ObjectChange>();
        var key = new ObjectKey(Kind, value.Name);
        if ((await Services.Objects.ListReferringAsync(key, ObjectKind.Admin, null, 1, ct).ConfigureAwait(false)).Count > 0)
        {
            return changes;
        }

        await DependentChanges.DetachAsync(new UserDescriptor(Services), Services.Objects, key, user => user with { Role = "" }, changes, ct).ConfigureAwait(false);
        await WarnOfGroupsAsync(value.Name, changes, ct).ConfigureAwait(false);
        await DependentChanges.DetachAsync(new FolderDescriptor(Services), Services.Objects, key, folder => folder with { Role = "" }, changes, ct).ConfigureAwait(false);
        return changes;
    }

    // Such members are refused from then on: a role's part of something does not become the whole.
    private async ValueTask WarnOfGroupsAsync(string role, List<ObjectChange> users, CancellationToken ct)
    {
        IEnumerable<string> names = users.SelectMany(static change => change.References).Where(static reference => reference.Kind == ObjectKind.Group).Select(static reference => reference.Name);
        foreach (string[] page in names.Distinct(StringComparer.Ordinal).Chunk(IObjectStore.MaxPage))
        {
            foreach (StoredObject group in await Services.Objects.FindManyAsync(ObjectKind.Group, page, ct).ConfigureAwait(false))
            {
                if (group.Document.Span.IndexOf("%role%"u8) >= 0)
                {
                    ServicesLog.GroupNeedsRole(Services.Logger, group.Key.Name, role);
                }
            }
        }
    }
}
