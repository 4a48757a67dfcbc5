namespace Hpc.Accounts.Authentication;

/// <summary>What a worker found or made.</summary>
/// <param name="Check">What became of the password; a new hash is a match.</param>
/// <param name="NewHash">The new hash, if one was asked for and made. Not printed.</param>
internal readonly record struct PasswordResult(PasswordCheck Check, string? NewHash)
{
    public override string ToString() => Check.ToString();
}
