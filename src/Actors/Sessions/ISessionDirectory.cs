using Hpc.Accounts.Sessions;

namespace Hpc.Actors.Sessions;

/// <summary>The sessions of this node, to be looked at and ended by operators.</summary>
public interface ISessionDirectory
{
    /// <summary>What has happened so far.</summary>
    SessionCounters Counters { get; }

    /// <summary>All sessions, oldest first. Callers within half a second of each other may get the same list unless sessions came or went.</summary>
    ValueTask<IReadOnlyList<SessionInfo>> ListAsync(CancellationToken ct);

    /// <summary>Ends one session. False if there is none of that id, or it is ending already.</summary>
    ValueTask<bool> KickAsync(string sessionId, CancellationToken ct);

    /// <summary>Ends one session for a reason. False if there is none of that id, or it is ending already.</summary>
    ValueTask<bool> EndAsync(string sessionId, SessionEndReason reason, CancellationToken ct);

    /// <summary>Ends all sessions of a user; says how many.</summary>
    ValueTask<int> KickUserAsync(string userName, CancellationToken ct);
}
