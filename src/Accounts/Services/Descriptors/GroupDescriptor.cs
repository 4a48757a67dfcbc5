using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;

namespace Hpc.Accounts.Services.Descriptors;

/// <summary>Groups: of all roles, so that an actor with a role sees those that it may give and changes none.</summary>
internal sealed class GroupDescriptor(ServiceEnvironment services) : ObjectDescriptor<Group>(services)
{
    public override ObjectKind Kind => ObjectKind.Group;

    public override string Noun => "group";

    public override Group WithName(Group value, string name) => value with { Name = name };

    public override Group WithId(Group value, long id) => value with { Id = id };

    public override IEnumerable<ObjectKey> ReferencesOf(Group value) => value.VirtualFolders.Select(mount => new ObjectKey(ObjectKind.Folder, mount.Name));

    public override bool IsVisible(Group value, ChangeContext context) =>
        RoleLimits.IsUnlimited(context) || context.Admin?.Groups.Any(group => group.Name == value.Name) == true;

    public override ValueTask<IReadOnlyList<string>?> FindNamesOfListAsync(ChangeContext context, CancellationToken ct) =>
        new(RoleLimits.IsUnlimited(context) ? null : [.. context.Admin?.Groups.Select(group => group.Name) ?? []]);

    public override Group Check(Group value, ObjectEdit<Group> edit)
    {
        ErrorList errors = edit.Errors;
        RoleLimits.RequireNoRole("groups", edit);
        if (edit.Old is null)
        {
            Services.Names.Check("name", value.Name, errors);
        }

        LimitRules.TotalBandwidth(value.TotalUploadBandwidth, value.TotalDownloadBandwidth, errors);
        PasswordRuleRights.Check("user_settings.filters", value.UserSettings.Filters, edit.Old?.UserSettings.Filters, edit);
        return value with
        {
            Description = TextRules.Lines("description", value.Description, errors),
            UserSettings = CheckSettings(value.UserSettings, edit),
            VirtualFolders = MountRules.Check("virtual_folders", value.VirtualFolders, Services.Names, errors),
            CreatedAt = ObjectTimes.Created(value.CreatedAt, edit.Old?.CreatedAt, edit),
            UpdatedAt = ObjectTimes.Updated(value.UpdatedAt, edit),
        };
    }

    public override async ValueTask<Group> ResolveAsync(Group value, ObjectEdit<Group> edit, CancellationToken ct)
    {
        await MountedFolders.ResolveAsync(Services, value.VirtualFolders, edit.Old?.VirtualFolders, edit, ct).ConfigureAwait(false);
        return value;
    }

    public override ValueTask<Group> SealAsync(Group value, ObjectEdit<Group> edit, CancellationToken ct) =>
        new(MapSecrets(value, secret => Services.Protector.Protect(secret, value.Name)));

    public override Group Bare(Group value) => value with { Id = 0, Users = [], Admins = [], VirtualFolders = [.. value.VirtualFolders.Select(MountRules.Bare)] };

    public override Group Redact(Group value) =>
        MapSecrets(value, SecretRules.Redact) with { VirtualFolders = MountedFolders.Redact(value.VirtualFolders) };

    public override async ValueTask<IReadOnlyList<Group>> CompleteAsync(IReadOnlyList<Group> page, ChangeContext context, CancellationToken ct)
    {
        if (page.Count == 0)
        {
            return page;
        }

        ReferringNames users = await ReferringNames.FindAsync(Services.Objects, Kind, page.Select(group => group.Name), ObjectKind.User, context, ct).ConfigureAwait(false);
        ReferringNames admins = await ReferringNames.FindAsync(Services.Objects, Kind, page.Select(group => group.Name), ObjectKind.Admin, context, ct).ConfigureAwait(false);
        MountedFolders folders = await MountedFolders.FindAsync(Services, page.SelectMany(group => group.VirtualFolders), ct).ConfigureAwait(false);
        return [.. page.Select(group => group with { Users = users.Of(group.Name), Admins = admins.Of(group.Name), VirtualFolders = folders.Complete(group.VirtualFolders) })];
    }

    public override string? RefuseDelete(Group value, ChangeContext context) =>
        RoleLimits.IsUnlimited(context) ? null : "An administrator with a role cannot remove groups.";

    // Members hold a group up; an administrator only proposes it for new users.
    public override async ValueTask<IReadOnlyList<ObjectChange>> FindDependentsAsync(Group value, CancellationToken ct)
    {
        var changes = new List<ObjectChange>();
        var key = new ObjectKey(Kind, value.Name);
        if ((await Services.Objects.ListReferringAsync(key, ObjectKind.User, null, 1, ct).ConfigureAwait(false)).Count == 0)
        {
            await DependentChanges.DetachAsync(
                new AdminDescriptor(Services), Services.Objects, key, admin => admin with { Groups = [.. admin.Groups.Where(group => group.Name != value.Name)] }, changes, ct).ConfigureAwait(false);
        }

        return changes;
    }

    private static Group MapSecrets(Group value, Func<Secret, Secret> map) =>
        value with { UserSettings = value.UserSettings with { Filesystem = FilesystemRules.MapSecrets(value.UserSettings.Filesystem, map) } };

    private static GroupUserSettings CheckSettings(GroupUserSettings value, ObjectEdit<Group> edit)
    {
        const string Path = "user_settings.";
        ErrorList errors = edit.Errors;
        LimitRules.Quotas(Path, value.MaxSessions, value.QuotaSize, value.QuotaFiles, errors);
        LimitRules.Bandwidth(Path, value.UploadBandwidth, value.DownloadBandwidth, errors);
        LimitRules.Transfer(Path, value.UploadDataTransfer, value.DownloadDataTransfer, value.TotalDataTransfer, errors);
        errors.Range(Path + "expires_in", value.ExpiresIn, 0, FilterRules.MaxDays);
        GroupUserFilters filters = value.Filters with { };
        FilterRules.Check(Path + "filters", filters, errors);
        return value with
        {
            HomeDir = value.HomeDir.Length == 0 ? "" : PathRules.Server(Path + "home_dir", value.HomeDir, errors),
            Permissions = PermissionsRules.Check(Path + "permissions", value.Permissions, isRootRequired: false, errors),
            Filters = filters,
            Filesystem = FilesystemRules.Check(Path + "filesystem", value.Filesystem, edit.Old?.UserSettings.Filesystem, edit.IsRestore, errors),
        };
    }
}
