namespace Hpc.Accounts.Services;

/// <summary>What is wrong with one field of an object.</summary>
/// <param name="Path">JSON path of the field, like <c>filters.allowed_ip[2]</c>.</param>
/// <param name="Found">What was found; never a secret, shortened where it is long, control characters escaped.</param>
/// <param name="Allowed">What is allowed.</param>
public sealed record ObjectError(string Path, string Found, string Allowed)
{
    /// <summary>One sentence.</summary>
    public override string ToString() => $"{Path}: found {Found}; allowed is {Allowed}.";
}
