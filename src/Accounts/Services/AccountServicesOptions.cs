using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Passwords;
using Hpc.Crypto.Passwords;

namespace Hpc.Accounts.Services;

/// <summary>What is configured about accounts.</summary>
public sealed record AccountServicesOptions
{
    /// <summary>Directory of home directories that are not given (<c>users_base_dir</c>); absolute, or empty for none.</summary>
    public string UsersBaseDirectory { get; init; } = "";

    /// <summary>What is done to names (R9.15).</summary>
    public NamingRules NamingRules { get; init; } = NamingRules.Default;

    /// <summary>Rules for passwords of users and shares that say nothing else (R10.12).</summary>
    public PasswordRules UserPasswords { get; init; } = PasswordRules.None;

    /// <summary>Rules for passwords of administrators; nothing makes them weaker (R10.11).</summary>
    public PasswordRules AdminPasswords { get; init; } = PasswordRules.None;

    /// <summary>What new hashes are made with: ready ones of administrators cost no more than some times that.</summary>
    public PasswordHashOptions PasswordHashing { get; init; } = PasswordHashOptions.Default;

    /// <summary>Most shares of one user.</summary>
    public int MaxSharesPerUser { get; init; } = 1000;

    /// <summary>Names of the configured TOTP settings (<c>mfa.totp</c>); the first is the default.</summary>
    public IReadOnlyList<string> TotpConfigurations { get; init; } = ["Default"];

    /// <summary>How long a code to reset a password is good for (R2.60).</summary>
    public TimeSpan PasswordResetLifetime { get; init; } = TimeSpan.FromMinutes(10);
}
