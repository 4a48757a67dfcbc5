using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <summary>The second factor of a user or an administrator.</summary>
internal sealed record StoredFactor(TotpConfig Totp, IReadOnlyList<RecoveryCode> Codes)
{
    public static StoredFactor Of(User user) => new(user.Filters.Totp, user.Filters.RecoveryCodes);

    public static StoredFactor Of(Admin admin) => new(admin.Filters.Totp, admin.Filters.RecoveryCodes);

    public User Into(User user, long now) => user with { Filters = user.Filters with { Totp = Totp, RecoveryCodes = Codes }, UpdatedAt = now };

    public Admin Into(Admin admin, long now) => admin with { Filters = admin.Filters with { Totp = Totp, RecoveryCodes = Codes }, UpdatedAt = now };
}
