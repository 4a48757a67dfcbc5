namespace Hpc.Accounts;

/// <summary>What is wrong with one field of an account.</summary>
/// <param name="Field">Name of the field.</param>
/// <param name="Found">What was found; never a secret, and shortened where it is long.</param>
/// <param name="Allowed">What is allowed.</param>
public sealed record UserAccountError(string Field, string Found, string Allowed)
{
    /// <summary>One sentence for the operator.</summary>
    public override string ToString() => $"{Field}: found {Found}; allowed is {Allowed}.";
}
