using Hpc.Accounts;
using Hpc.Accounts.Sessions;
using Hpc.Storage;

namespace Hpc.Actors.Sessions;

/// <summary>An open session as changes of its account are put in force in it.</summary>
public interface IAccountSession
{
    /// <summary>Unique id on this node (16 hex digits).</summary>
    string SessionId { get; }

    /// <summary>How it was opened, with the account of now; without what it logged in with.</summary>
    SessionRequest Request { get; }

    /// <summary><see cref="UserAccountDigest.Of"/> of the account of now.</summary>
    UInt128 AccountDigest { get; }

    /// <summary><see cref="UserAccountDigest.OfCredentials"/> of the account of now.</summary>
    UInt128 CredentialDigest { get; }

    /// <summary>True if its end is decided, or it is over.</summary>
    bool IsEnding { get; }

    /// <summary>
    /// Opens the files by the account and puts them in the place of those that the session has. What begins after that is decided by them. On an error, or if it is
    /// given up, the session has its files as they were. One caller at a time.
    /// </summary>
    ValueTask<StorageResult> ChangeAsync(UserAccount user, CancellationToken ct);

    /// <summary>Ends the session, and allows nothing more from this moment on. False if it was ended before, or is over.</summary>
    bool Revoke(SessionEndReason reason);
}
