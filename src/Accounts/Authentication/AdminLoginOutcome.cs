using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.Accounts.Authentication;

/// <summary>The verdict on an <see cref="AdminLoginAttempt"/>.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Admin">The administrator as stored; not null exactly when accepted.</param>
/// <param name="Reason">Why it was refused, for the server's log; never shown to the peer.</param>
public sealed record AdminLoginOutcome(AdminLoginVerdict Verdict, Versioned<Admin>? Admin, string? Reason)
{
    /// <summary>A right password that a one-time password must be given with.</summary>
    public static AdminLoginOutcome PasscodeNeeded { get; } = new(AdminLoginVerdict.PasscodeNeeded, null, null);

    /// <summary>Nothing else is allowed until a new password is chosen.</summary>
    public bool MustChangePassword => Admin?.Value.Filters.RequirePasswordChange ?? false;

    /// <summary>Nothing else is allowed until a second factor is set up.</summary>
    public bool MustSetSecondFactor => Admin?.Value.Filters is { RequireTwoFactor: true, Totp.Enabled: false };

    /// <summary>True if the administrator may do nothing but these two.</summary>
    public bool IsLimited => MustChangePassword || MustSetSecondFactor;

    /// <summary>A refusal with a reason for the log.</summary>
    public static AdminLoginOutcome Refused(string reason) => new(AdminLoginVerdict.Refused, null, reason);

    /// <summary>An acceptance.</summary>
    public static AdminLoginOutcome Accepted(Versioned<Admin> admin) => new(AdminLoginVerdict.Accepted, admin, null);
}
