namespace Hpc.Accounts.Services;

/// <summary>A recovery code for its owner's eyes.</summary>
/// <param name="Code">The code.</param>
/// <param name="IsUsed">It opens nothing any more.</param>
public sealed record PlainRecoveryCode(string Code, bool IsUsed)
{
    /// <inheritdoc/>
    public override string ToString() => "***";
}
