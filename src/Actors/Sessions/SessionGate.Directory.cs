using Hpc.Accounts.Sessions;
using Hpc.Actors.Kernel;

namespace Hpc.Actors.Sessions;

public sealed partial class SessionGate
{
    // A dashboard that asks several times a second costs one list of 10,000 sessions (about 1.5 MB) per half second.
    private const long MaxListAge = 500;

    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(5);

    // Weak: a list that nobody looks at is not kept beside the sessions that it lists.
    private readonly WeakReference<SessionList?> _lastList = new(null);

    /// <inheritdoc/>
    public SessionCounters Counters => _scope.Table.Count();

    /// <inheritdoc/>
    public IReadOnlyCollection<IAccountSession> Open => [.. _scope.Table.Sessions];

    /// <inheritdoc/>
    IAccountSession? IAccountSessions.Find(string sessionId) => _scope.Table.TryGet(sessionId, out Session? session) ? session : null;

    /// <inheritdoc/>
    public long Opened => _scope.Table.Opened;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SessionInfo>> ListAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        long version = _scope.Table.Version;
        long now = _scope.TickCount();
        if (!_lastList.TryGetTarget(out SessionList? last) || last.Version != version || now - last.MadeAt >= MaxListAge)
        {
            last = new SessionList(version, now, MakeList(now));
            _lastList.SetTarget(last);
        }

        return new ValueTask<IReadOnlyList<SessionInfo>>(last.Sessions);
    }

    /// <summary>A session as it is at this moment; null if there is none of that id.</summary>
    public SessionInfo? Find(string sessionId)
    {
        ArgumentNullException.ThrowIfNull(sessionId);
        return _scope.Table.TryGet(sessionId, out Session? session) ? Describe(session, _scope.TickCount()) : null;
    }

    /// <inheritdoc/>
    public ValueTask<bool> KickAsync(string sessionId, CancellationToken ct) => EndAsync(sessionId, SessionEndReason.Kicked, ct);

    /// <inheritdoc/>
    public async ValueTask<bool> EndAsync(string sessionId, SessionEndReason reason, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sessionId);
        // In this order: one that begins meanwhile is in the table before it leaves those that are being opened.
        bool isRevoked = _scope.Table.RevokeOpening(sessionId);
        return _scope.Table.TryGet(sessionId, out Session? session)
            ? await EndAsync(session, reason, ct).ConfigureAwait(false) || isRevoked
            : isRevoked;
    }

    /// <inheritdoc/>
    public async ValueTask<int> KickUserAsync(string userName, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(userName);
        int kicked = 0;
        foreach (Session session in _scope.Table.OfUser(userName))
        {
            kicked += await EndAsync(session, SessionEndReason.Kicked, ct).ConfigureAwait(false) ? 1 : 0;
        }

        return kicked;
    }

    /// <summary>Ends all sessions, as at the end of a drain's grace time; says how many.</summary>
    public int EndAll(SessionEndReason reason) => _scope.Table.Sessions.Count(session => session.End(reason));

    private static async ValueTask<bool> EndAsync(Session session, SessionEndReason reason, CancellationToken ct)
    {
        try
        {
            return await session.Actor.AskAsync<bool>(ended => new SessionMessage.EndSession(reason, ended), EndTimeout, ct).ConfigureAwait(false);
        }
        catch (Exception error) when (error is DeadLetterException or AskTimeoutException)
        {
            // The actor is gone or does not answer; the session ends all the same.
            return session.End(reason);
        }
    }

    private SessionInfo[] MakeList(long now)
    {
        SessionInfo[] list = [.. _scope.Table.Sessions.Select(session => Describe(session, now))];
        Array.Sort(list, static (left, right) => left.StartedAt.CompareTo(right.StartedAt));
        return list;
    }

    private static SessionInfo Describe(Session session, long now) => new()
    {
        SessionId = session.SessionId,
        ConnectionId = session.Request.ConnectionId,
        UserName = session.Request.User.UserName,
        AccountDigest = session.AccountDigest,
        Protocol = session.Request.Protocol,
        Remote = session.Request.Remote,
        ClientVersion = session.Request.ClientVersion,
        Method = session.Request.Method,
        StartedAt = session.StartedAt,
        IdleMilliseconds = session.IdleAt(now),
        BytesReceived = session.Meter.BytesReceived,
        BytesSent = session.Meter.BytesSent,
        Transfers = session.Meter.Transfers.Count == 0
            ? []
            : [.. session.Meter.Transfers.Values.Select(transfer => new TransferInfo(
                transfer.VirtualPath, transfer.IsUpload, transfer.Bytes, Math.Max(0, now - transfer.StartedAt)))],
    };

    private sealed record SessionList(long Version, long MadeAt, SessionInfo[] Sessions);
}
