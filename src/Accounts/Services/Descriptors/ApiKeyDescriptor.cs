using System.Text;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Passwords;

namespace Hpc.Accounts.Services.Descriptors;

/// <summary>API keys (R3.21). The key itself is in the answer to its creation alone.</summary>
internal sealed class ApiKeyDescriptor(ServiceEnvironment services) : ObjectDescriptor<ApiKey>(services)
{
    private const int AdminScope = 1;
    private const int UserScope = 2;

    public override ObjectKind Kind => ObjectKind.ApiKey;

    public override string Noun => "API key";

    public override string NormaliseName(string name) => name;

    public override string NameOfNew(ApiKey value) => RandomNames.NewName();

    public override ApiKey WithName(ApiKey value, string name) => value with { Id = name };

    public override ApiKey WithId(ApiKey value, long id) => value;

    public override IEnumerable<ObjectKey> ReferencesOf(ApiKey value)
    {
        if (value.User.Length > 0)
        {
            yield return new(ObjectKind.User, value.User);
        }

        if (value.Admin.Length > 0)
        {
            yield return new(ObjectKind.Admin, value.Admin);
        }
    }

    public override bool IsVisible(ApiKey value, ChangeContext context) => RoleLimits.IsUnlimited(context);

    public override ValueTask<IReadOnlyList<string>?> FindNamesOfListAsync(ChangeContext context, CancellationToken ct) => new(RoleLimits.IsUnlimited(context) ? null : []);

    public override ApiKey Check(ApiKey value, ObjectEdit<ApiKey> edit)
    {
        ErrorList errors = edit.Errors;
        RoleLimits.RequireNoRole("API keys", edit);
        TextRules.RequiredLine("name", value.Name, errors, "a name", UserNameRules.MaxLength);
        errors.OneOf("scope", value.Scope, [AdminScope, UserScope]);
        TextRules.Time("expires_at", value.ExpiresAt, errors);
        if (value.ExpiresAt > 0 && value.ExpiresAt < edit.Now && edit.Old is null && !edit.IsRestore)
        {
            errors.Add("expires_at", ErrorList.Text(value.ExpiresAt), "0 (never) or a time to come");
        }

        if (value.Scope == AdminScope && value.User.Length > 0)
        {
            errors.AddShown("user", value.User, "nothing, for a key of scope 1 (administrator)");
        }

        if (value.Scope == UserScope && value.Admin.Length > 0)
        {
            errors.AddShown("admin", value.Admin, "nothing, for a key of scope 2 (user)");
        }

        CheckIdentity(value, edit);
        return value with
        {
            User = Services.Names.Normalise(value.User),
            Admin = Services.Names.Normalise(value.Admin),
            Description = TextRules.Lines("description", value.Description, errors),
            Key = edit.IsRestore ? value.Key ?? edit.Old?.Key : edit.Old?.Key,
            CreatedAt = ObjectTimes.Created(value.CreatedAt, edit.Old?.CreatedAt, edit),
            UpdatedAt = ObjectTimes.Updated(value.UpdatedAt, edit),
        };
    }

    public override async ValueTask<ApiKey> ResolveAsync(ApiKey value, ObjectEdit<ApiKey> edit, CancellationToken ct)
    {
        if (!edit.IsRestore && value.User != edit.Old?.User)
        {
            await ReferenceChecks.CheckAsync(Services.Objects, ObjectKind.User, "user", value.User, edit.Errors, ct).ConfigureAwait(false);
        }

        if (!edit.IsRestore && value.Admin != edit.Old?.Admin)
        {
            await ReferenceChecks.CheckAsync(Services.Objects, ObjectKind.Admin, "admin", value.Admin, edit.Errors, ct).ConfigureAwait(false);
        }

        string? reason = await WhyNotAsync(value, edit.Context, ct).ConfigureAwait(false);
        if (reason is null && edit.Old is { } old)
        {
            reason = await WhyNotAsync(old, edit.Context, ct).ConfigureAwait(false);
        }

        if (reason is not null)
        {
            edit.Refuse(reason);
        }

        return value;
    }

    public override async ValueTask<ApiKey> SealAsync(ApiKey value, ObjectEdit<ApiKey> edit, CancellationToken ct)
    {
        if (!string.IsNullOrEmpty(value.Key))
        {
            return value;
        }

        string key = RandomNames.NewKey();
        string? hash = await Services.Hasher.HashAsync(Encoding.UTF8.GetBytes(key), ct).ConfigureAwait(false);
        edit.IsBusy = hash is null;
        edit.OneTimeKey = $"{value.Id}.{key}";
        return value with { Key = hash };
    }

    public override ApiKey Bare(ApiKey value) => value with { LastUseAt = 0 };

    public override ApiKey Redact(ApiKey value) => value with { Key = null };

    public override async ValueTask<IReadOnlyList<ApiKey>> CompleteAsync(IReadOnlyList<ApiKey> page, ChangeContext context, CancellationToken ct)
    {
        if (page.Count == 0)
        {
            return page;
        }

        ObjectKey[] keys = [.. page.Select(key => new ObjectKey(Kind, key.Id))];
        IReadOnlyDictionary<(ObjectKey Key, ActivityField Field), long> activity = await Services.Provider.Activity.FindAsync(keys, ct).ConfigureAwait(false);
        return [.. page.Select((key, i) => key with { LastUseAt = activity.GetValueOrDefault((keys[i], ActivityField.LastUse)) })];
    }

    public override async ValueTask<string?> RefuseDeleteAsync(ApiKey value, ChangeContext context, CancellationToken ct) => RoleLimits.IsUnlimited(context)
        ? await WhyNotAsync(value, context, ct).ConfigureAwait(false)
        : "An administrator with a role cannot remove API keys.";

    // A dump brings the hash; what is no hash would be a key that everybody who saw the dump knows.
    private static void CheckIdentity(ApiKey value, ObjectEdit<ApiKey> edit)
    {
        if (!RandomNames.IsName(value.Id))
        {
            edit.Errors.AddShown("id", value.Id, RandomNames.Allowed);
        }

        if (edit.IsRestore && !string.IsNullOrEmpty(value.Key) && !(StoredPasswords.IsHashOfUser(value.Key) && StoredPasswords.IsUsable(value.Key)))
        {
            edit.Errors.Add("key", "something that is no hash (not shown)", "the hash of a key");
        }
    }

    // A key that acts for somebody is as good as being it.
    private async ValueTask<string?> WhyNotAsync(ApiKey key, ChangeContext context, CancellationToken ct)
    {
        if (context.Has(AdminPermissionNames.All))
        {
            return null;
        }

        return key.Scope == UserScope ? await WhyNotUserAsync(key.User, context, ct).ConfigureAwait(false) : await WhyNotAdminAsync(key.Admin, context, ct).ConfigureAwait(false);
    }

    private async ValueTask<string?> WhyNotUserAsync(string name, ChangeContext context, CancellationToken ct)
    {
        if (name.Length == 0)
        {
            return $"A key for every user needs the permission {AdminPermissionNames.All}.";
        }

        if (!context.Has(AdminPermissionNames.EditUsers))
        {
            return $"A key for a user needs the permission {AdminPermissionNames.EditUsers}.";
        }

        return await Services.Objects.FindAsync(new(ObjectKind.User, name), ct).ConfigureAwait(false) is { } stored
            && !RoleLimits.IsVisible(ObjectDocument.Read<User>(stored.Document).Role, context)
            ? "An administrator cannot make a key for a user that it does not see."
            : null;
    }

    private async ValueTask<string?> WhyNotAdminAsync(string name, ChangeContext context, CancellationToken ct)
    {
        if (name.Length == 0)
        {
            return $"A key for every administrator needs the permission {AdminPermissionNames.All}.";
        }

        return await Services.Objects.FindAsync(new(ObjectKind.Admin, name), ct).ConfigureAwait(false) is { } stored
            && !AdminRights.Covers(context, ObjectDocument.Read<Admin>(stored.Document).Permissions)
            ? "An administrator cannot make, change or remove a key of one who has permissions that it has not."
            : null;
    }
}
