namespace Hpc.Accounts.Authentication;

/// <summary>What logins change in the accounts that they are for.</summary>
public interface IAccountUpkeep
{
    /// <summary>Replaces a hash that was just verified by one of the preferred algorithm, unless it was changed meanwhile (R10.5). Ends no session and is no change of password.</summary>
    ValueTask RehashAsync(string userName, string verifiedHash, string newHash, CancellationToken ct);

    /// <summary>Uses a recovery code up; exactly one of any number of callers gets true, on any number of nodes.</summary>
    ValueTask<bool> UseRecoveryCodeAsync(string userName, string code, CancellationToken ct);

    /// <summary>Remembers a login (at most every 10 minutes). It never throws.</summary>
    ValueTask RecordLoginAsync(string userName, CancellationToken ct);
}
