using Hpc.Accounts.Data;
using Hpc.Accounts.Groups;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Services.Descriptors;

/// <summary>Users.</summary>
internal sealed partial class UserDescriptor(ServiceEnvironment services) : ObjectDescriptor<User>(services)
{
    public override ObjectKind Kind => ObjectKind.User;

    public override string Noun => "user";

    public override User WithName(User value, string name) => value with { Username = name };

    public override User WithId(User value, long id) => value with { Id = id };

    public override string RoleOf(User value) => value.Role;

    public override IEnumerable<ObjectKey> ReferencesOf(User value)
    {
        if (value.Role.Length > 0)
        {
            yield return new(ObjectKind.Role, value.Role);
        }

        foreach (GroupMapping group in value.Groups)
        {
            yield return new(ObjectKind.Group, group.Name);
        }

        foreach (FolderMapping mount in value.VirtualFolders)
        {
            yield return new(ObjectKind.Folder, mount.Name);
        }
    }

    public override bool IsVisible(User value, ChangeContext context) =>
        context.User is { } self ? self.UserName == value.Username : RoleLimits.IsVisible(value.Role, context);

    public override string? RoleOfList(ChangeContext context) => context.Role.Length > 0 ? context.Role : null;

    public override ValueTask<IReadOnlyList<string>?> FindNamesOfListAsync(ChangeContext context, CancellationToken ct) =>
        new(context.User is { } self ? [self.UserName] : null);

    public override User Bare(User value) => value with
    {
        Id = 0,
        HasPassword = null,
        UsedQuotaFiles = 0,
        UsedQuotaSize = 0,
        LastQuotaUpdate = 0,
        UsedUploadDataTransfer = 0,
        UsedDownloadDataTransfer = 0,
        LastLogin = 0,
        FirstUpload = 0,
        FirstDownload = 0,
        OidcCustomFields = null,
        VirtualFolders = [.. value.VirtualFolders.Select(MountRules.Bare)],
    };

    public override User Redact(User value) => value with
    {
        Password = null,
        Filesystem = FilesystemRules.MapSecrets(value.Filesystem, SecretRules.Redact),
        VirtualFolders = MountedFolders.Redact(value.VirtualFolders),
        Filters = value.Filters with
        {
            Totp = value.Filters.Totp with { Secret = SecretRules.Hide(value.Filters.Totp.Secret) },
            RecoveryCodes = [.. value.Filters.RecoveryCodes.Select(code => code with { Secret = SecretRules.Hide(code.Secret) })],
        },
    };

    public override async ValueTask<IReadOnlyList<User>> CompleteAsync(IReadOnlyList<User> page, ChangeContext context, CancellationToken ct)
    {
        if (page.Count == 0)
        {
            return page;
        }

        ObjectKey[] keys = [.. page.Select(user => new ObjectKey(Kind, user.Username))];
        IReadOnlyDictionary<(ObjectKey Key, ActivityField Field), long> activity = await Services.Provider.Activity.FindAsync(keys, ct).ConfigureAwait(false);
        IReadOnlyDictionary<string, UsageRecord> usage = await UsageNumbers.FindAsync(Services, page.Select(user => UsageScope.OfUser(user.Username)), ct).ConfigureAwait(false);
        MountedFolders folders = await MountedFolders.FindAsync(Services, page.SelectMany(user => user.VirtualFolders), ct).ConfigureAwait(false);
        return [.. page.Select((user, i) => Complete(user, keys[i], activity, usage.GetValueOrDefault(UsageScope.OfUser(user.Username)), folders))];
    }

    public override async ValueTask<IReadOnlyList<ObjectChange>> FindDependentsAsync(User value, CancellationToken ct)
    {
        var changes = new List<ObjectChange>();
        var key = new ObjectKey(Kind, value.Username);
        await DependentChanges.DeleteAsync(Services.Objects, key, ObjectKind.Share, changes, ct).ConfigureAwait(false);
        await DependentChanges.DeleteAsync(Services.Objects, key, ObjectKind.ApiKey, changes, ct).ConfigureAwait(false);
        return changes;
    }

    public override string? RefuseDelete(User value, ChangeContext context) => context.User is null ? null : "A user cannot remove itself.";

    public override ValueTask DeletedAsync(User value, CancellationToken ct) => Services.Usage?.DeleteAsync(UsageScope.OfUser(value.Username), ct) ?? ValueTask.CompletedTask;

    private static User Complete(
        User user, ObjectKey key, IReadOnlyDictionary<(ObjectKey Key, ActivityField Field), long> activity, UsageRecord? usage, MountedFolders folders) => user with
        {
            HasPassword = !string.IsNullOrEmpty(user.Password),
            LastLogin = activity.GetValueOrDefault((key, ActivityField.LastUse)),
            FirstUpload = activity.GetValueOrDefault((key, ActivityField.FirstUpload)),
            FirstDownload = activity.GetValueOrDefault((key, ActivityField.FirstDownload)),
            UsedQuotaFiles = UsageNumbers.Files(usage),
            UsedQuotaSize = UsageNumbers.Bytes(usage),
            LastQuotaUpdate = UsageNumbers.LastUpdate(usage),
            UsedUploadDataTransfer = UsageNumbers.Uploaded(usage),
            UsedDownloadDataTransfer = UsageNumbers.Downloaded(usage),
            VirtualFolders = folders.Complete(user.VirtualFolders),
        };

    private static string PrimaryGroupOf(User user) => user.Groups.FirstOrDefault(group => group.Type == GroupTypes.Primary)?.Name ?? "";
}
