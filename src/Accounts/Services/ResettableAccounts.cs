using Hpc.Accounts.Groups;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Passwords;
using Hpc.Accounts.Services.Descriptors;

namespace Hpc.Accounts.Services;

/// <summary>Tells whose password may be reset: neither disabled nor expired accounts, none without an address, and none that is not allowed to.</summary>
internal sealed class ResettableAccounts(ObjectService<User> users, ObjectService<Admin> admins, ServiceEnvironment services)
{
    public async ValueTask<ResettableAccount?> FindAsync(ObjectKind kind, string name, CancellationToken ct) => kind switch
    {
        ObjectKind.User => await FindUserAsync(name, ct).ConfigureAwait(false),
        ObjectKind.Admin => await FindAdminAsync(name, ct).ConfigureAwait(false),
        _ => null,
    };

    private async ValueTask<ResettableAccount?> FindUserAsync(string name, CancellationToken ct)
    {
        if (await users.LoadAsync(name, ct).ConfigureAwait(false) is not { Value: { Status: 1, Email.Length: > 0 } user })
        {
            return null;
        }

        IReadOnlyDictionary<string, Group> groups = await ReferenceChecks.FindAsync<Group>(
            services.Objects, ObjectKind.Group, [.. EffectiveUser.GroupsOf(user)], null, null, ct).ConfigureAwait(false);
        bool mayReset = EffectiveUser.TryMerge(user, groups, out User merged, out _)
            && (merged.ExpirationDate == 0 || merged.ExpirationDate > services.Now)
            && !merged.Filters.IsAnonymous
            && !merged.Filters.WebClient.Contains(WebClientOptions.PasswordResetDisabled, StringComparer.Ordinal);
        return mayReset ? new(name, user.Email, user.Password ?? "", PasswordRules.Of(merged.Filters, null, services.Options.UserPasswords)) : null;
    }

    private async ValueTask<ResettableAccount?> FindAdminAsync(string name, CancellationToken ct) =>
        await admins.LoadAsync(name, ct).ConfigureAwait(false) is { Value: { Status: 1, Email.Length: > 0 } admin }
            ? new(name, admin.Email, admin.Password ?? "", services.Options.AdminPasswords)
            : null;
}
