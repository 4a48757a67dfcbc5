namespace Hpc.Accounts.Authentication;

/// <summary>Bounds of <see cref="VerifiedPasswords"/>.</summary>
public sealed record VerifiedPasswordsOptions
{
    /// <summary>Users whose last verified password is remembered; who has not logged in for the longest time goes first.</summary>
    public int Capacity { get; init; } = 500;

    /// <summary>How long a verification is good for; then the password is verified again.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(10);
}
