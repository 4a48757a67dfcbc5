using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Hpc.Accounts.Sessions;

namespace Hpc.Actors.Sessions;

/// <summary>
/// The sessions of the node as plain data: what survives any crash of an actor. At most <see cref="SessionLimits.MaxTotal"/> entries,
/// since a session holds a <see cref="SessionPlace"/>.
/// </summary>
internal sealed class SessionTable
{
    private static readonly SessionRefusal[] Reasons = Enum.GetValues<SessionRefusal>();

    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    // Sessions that wait for a place beyond this node and for their files, by the id that they will have; empty where there are no such places.
    // Each holds one of the node's places, and leaves when that goes back.
    private readonly ConcurrentDictionary<string, SharedPlace> _opening = new(StringComparer.Ordinal);
    private readonly long[] _refused = new long[Reasons.Length];
    private int _places;
    private long _version;
    private long _opened;
    private long _kicked;
    private long _idleEnded;
    private long _faulted;
    private long _accountChanged;
    private long _maxDurationEnded;

    /// <summary>Raised whenever a session comes, ends or goes.</summary>
    public long Version => Volatile.Read(ref _version);

    public ICollection<Session> Sessions => _sessions.Values;

    public long Opened => Volatile.Read(ref _opened);

    public SessionPlace? TryTakePlace(int limit, ISessionPlaces? places = null)
    {
        if (Interlocked.Increment(ref _places) > limit)
        {
            ReturnPlace();
            return null;
        }

        return places is null ? new SessionPlace(this) : NewSharedPlace(places);
    }

    public void ReturnPlace() => Interlocked.Decrement(ref _places);

    /// <summary>Ends a session that has not begun, as soon as it does. False if none of that id is being opened.</summary>
    public bool RevokeOpening(string sessionId)
    {
        if (!_opening.TryGetValue(sessionId, out SharedPlace? place))
        {
            return false;
        }

        place.Revoke();
        return true;
    }

    public void EndOpening(SharedPlace place) => _opening.TryRemove(new KeyValuePair<string, SharedPlace>(place.SessionId, place));

    public bool TryAdd(Session session)
    {
        if (!_sessions.TryAdd(session.SessionId, session))
        {
            return false;
        }

        Interlocked.Increment(ref _version);
        return true;
    }

    public void Remove(Session session)
    {
        _sessions.TryRemove(session.SessionId, out _);
        Interlocked.Increment(ref _version);
    }

    public bool TryGet(string sessionId, [NotNullWhen(true)] out Session? session) => _sessions.TryGetValue(sessionId, out session);

    public IEnumerable<Session> OfUser(string userName)
    {
        foreach ((_, Session session) in _sessions)
        {
            if (session.Request.User.UserName == userName)
            {
                yield return session;
            }
        }
    }

    public void CountOpened() => Interlocked.Increment(ref _opened);

    public void CountRefused(SessionRefusal reason) => Interlocked.Increment(ref _refused[(int)reason]);

    public void CountEnded(SessionEndReason reason)
    {
        Interlocked.Increment(ref _version);
        switch (reason)
        {
            case SessionEndReason.Kicked: Interlocked.Increment(ref _kicked); break;
            case SessionEndReason.IdleTimeout: Interlocked.Increment(ref _idleEnded); break;
            case SessionEndReason.ServerFault: Interlocked.Increment(ref _faulted); break;
            case SessionEndReason.MaxDuration: Interlocked.Increment(ref _maxDurationEnded); break;
            case SessionEndReason.AccountChanged: Interlocked.Increment(ref _accountChanged); break;
            default: break;
        }
    }

    public SessionCounters Count() => new(
        Volatile.Read(ref _places),
        Volatile.Read(ref _opened),
        Volatile.Read(ref _kicked),
        Volatile.Read(ref _idleEnded),
        Volatile.Read(ref _faulted),
        Reasons.ToDictionary(reason => reason, reason => Volatile.Read(ref _refused[(int)reason])))
    {
        AccountChanged = Volatile.Read(ref _accountChanged),
        MaxDurationEnded = Volatile.Read(ref _maxDurationEnded),
    };

    private SharedPlace NewSharedPlace(ISessionPlaces places)
    {
        while (true)
        {
            var place = new SharedPlace(this, places, Session.NewId());
            if (_opening.TryAdd(place.SessionId, place))
            {
                if (!_sessions.ContainsKey(place.SessionId))
                {
                    return place;
                }

                EndOpening(place);
            }
        }
    }
}
