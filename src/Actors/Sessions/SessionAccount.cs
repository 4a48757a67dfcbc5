using Hpc.Accounts;

namespace Hpc.Actors.Sessions;

/// <summary>
/// What sessions keep of an account, shared by those that were opened with the same object. Hashes and keys have done their part when a session begins;
/// one that lasts for hours does not hold them.
/// </summary>
internal sealed class SessionAccount(UserAccount account)
{
    /// <summary>The account without what it logs in with.</summary>
    public UserAccount User { get; } = account with { PasswordHash = null, PublicKeys = [] };

    /// <summary>Of everything in it.</summary>
    public UInt128 Digest { get; } = UserAccountDigest.Of(account);

    /// <summary>Of what it logs in with.</summary>
    public UInt128 CredentialDigest { get; } = UserAccountDigest.OfCredentials(account);
}
