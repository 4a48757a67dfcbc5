using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Services.Descriptors;

/// <summary>Virtual folders. One that an administrator with a role made, or was given, is of that role.</summary>
internal sealed class FolderDescriptor(ServiceEnvironment services) : ObjectDescriptor<Folder>(services)
{
    public override ObjectKind Kind => ObjectKind.Folder;

    public override string Noun => "folder";

    public override Folder WithName(Folder value, string name) => value with { Name = name };

    public override Folder WithId(Folder value, long id) => value with { Id = id };

    public override string RoleOf(Folder value) => value.Role;

    public override IEnumerable<ObjectKey> ReferencesOf(Folder value)
    {
        if (value.Role.Length > 0)
        {
            yield return new(ObjectKind.Role, value.Role);
        }
    }

    public override bool IsVisible(Folder value, ChangeContext context) => RoleLimits.IsVisible(value.Role, context);

    public override string? RoleOfList(ChangeContext context) => context.Role.Length > 0 ? context.Role : null;

    public override Folder Check(Folder value, ObjectEdit<Folder> edit)
    {
        ErrorList errors = edit.Errors;
        if (edit.Old is null)
        {
            Services.Names.Check("name", value.Name, errors);
        }

        value = CheckSettings("", value, edit.Old, edit.IsRestore, errors) with { Role = RoleLimits.RoleOf(value.Role, edit) };
        RoleLimits.CheckFolder("mapped_path", value.MappedPath, edit.Old?.MappedPath, value.Name, Services.Options, edit);
        RoleLimits.CheckFilesystem("filesystem", value.Filesystem, edit.Old?.Filesystem, edit);
        return value;
    }

    /// <summary>What is checked of a folder that a user names in full, too.</summary>
    public static Folder CheckSettings(string path, Folder value, Folder? old, bool isRestore, ErrorList errors)
    {
        FilesystemConfig filesystem = FilesystemRules.Check($"{path}filesystem", value.Filesystem, old?.Filesystem, isRestore, errors);
        bool isLocal = filesystem.Provider is FilesystemProvider.Local or FilesystemProvider.Crypt;
        return value with
        {
            Filesystem = filesystem,
            MappedPath = value.MappedPath.Length > 0 || isLocal ? PathRules.Server($"{path}mapped_path", value.MappedPath, errors) : "",
            Description = TextRules.Lines($"{path}description", value.Description, errors),
        };
    }

    public override async ValueTask<Folder> ResolveAsync(Folder value, ObjectEdit<Folder> edit, CancellationToken ct)
    {
        if (!edit.IsRestore && value.Role != edit.Old?.Role)
        {
            await ReferenceChecks.CheckAsync(Services.Objects, ObjectKind.Role, "role", value.Role, edit.Errors, ct).ConfigureAwait(false);
        }

        return value;
    }

    public override ValueTask<Folder> SealAsync(Folder value, ObjectEdit<Folder> edit, CancellationToken ct) => new(Seal(value, Services));

    public static Folder Seal(Folder value, ServiceEnvironment services) =>
        value with { Filesystem = FilesystemRules.MapSecrets(value.Filesystem, secret => services.Protector.Protect(secret, value.Name)) };

    public override Folder Bare(Folder value) => BareOf(value);

    public static Folder BareOf(Folder value) => value with { Id = 0, UsedQuotaFiles = 0, UsedQuotaSize = 0, LastQuotaUpdate = 0, Users = [], Groups = [] };

    public override Folder Redact(Folder value) => value with { Filesystem = FilesystemRules.MapSecrets(value.Filesystem, SecretRules.Redact) };

    public override async ValueTask<IReadOnlyList<Folder>> CompleteAsync(IReadOnlyList<Folder> page, ChangeContext context, CancellationToken ct)
    {
        if (page.Count == 0)
        {
            return page;
        }

        IReadOnlyDictionary<string, UsageRecord> usage = await UsageNumbers.FindAsync(Services, page.Select(folder => UsageScope.OfFolder(folder.Name)), ct).ConfigureAwait(false);
        ReferringNames users = await ReferringNames.FindAsync(Services.Objects, Kind, page.Select(folder => folder.Name), ObjectKind.User, context, ct).ConfigureAwait(false);
        ReferringNames groups = await ReferringNames.FindAsync(Services.Objects, Kind, page.Select(folder => folder.Name), ObjectKind.Group, context, ct).ConfigureAwait(false);
        return [.. page.Select(folder => WithUsage(folder, usage) with { Users = users.Of(folder.Name), Groups = groups.Of(folder.Name) })];
    }

    public static Folder WithUsage(Folder folder, IReadOnlyDictionary<string, UsageRecord> usage)
    {
        UsageRecord? record = usage.GetValueOrDefault(UsageScope.OfFolder(folder.Name));
        return folder with
        {
            UsedQuotaFiles = UsageNumbers.Files(record),
            UsedQuotaSize = UsageNumbers.Bytes(record),
            LastQuotaUpdate = UsageNumbers.LastUpdate(record),
        };
    }

    public override async ValueTask<IReadOnlyList<ObjectChange>> FindDependentsAsync(Folder value, CancellationToken ct)
    {
        var changes = new List<ObjectChange>();
        var key = new ObjectKey(Kind, value.Name);
        await DependentChanges.DetachAsync(
            new UserDescriptor(Services), Services.Objects, key, user => user with { VirtualFolders = Without(user.VirtualFolders, value.Name) }, changes, ct).ConfigureAwait(false);
        await DependentChanges.DetachAsync(
            new GroupDescriptor(Services), Services.Objects, key, group => group with { VirtualFolders = Without(group.VirtualFolders, value.Name) }, changes, ct).ConfigureAwait(false);
        return changes;
    }

    public override ValueTask DeletedAsync(Folder value, CancellationToken ct) => Services.Usage?.DeleteAsync(UsageScope.OfFolder(value.Name), ct) ?? ValueTask.CompletedTask;

    private static IReadOnlyList<FolderMapping> Without(IReadOnlyList<FolderMapping> mounts, string name) => [.. mounts.Where(mount => mount.Name != name)];
}
