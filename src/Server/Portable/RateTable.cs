using Hpc.Actors.Sessions;

namespace Hpc.Server.Portable;

/// <summary>Rates of sessions from their byte counts at two moments.</summary>
internal sealed class RateTable
{
    private Dictionary<string, (long Received, long Sent)> _before = [];
    private long _measuredAt;

    /// <summary>What a session moved per second since the last call; zero for one that was not there then.</summary>
    /// <param name="sessions">The sessions now.</param>
    /// <param name="now">Milliseconds of a clock that only goes forward.</param>
    public IReadOnlyList<SessionRate> Measure(IReadOnlyList<SessionInfo> sessions, long now)
    {
        double seconds = Math.Max(1, now - _measuredAt) / 1000.0;
        var after = new Dictionary<string, (long Received, long Sent)>(sessions.Count);
        var rates = new List<SessionRate>(sessions.Count);
        foreach (SessionInfo session in sessions)
        {
            (long Received, long Sent) counts = (session.BytesReceived, session.BytesSent);
            (long Received, long Sent) before = _before.GetValueOrDefault(session.SessionId, counts);
            rates.Add(new SessionRate(session, (counts.Received - before.Received) / seconds, (counts.Sent - before.Sent) / seconds));
            after[session.SessionId] = counts;
        }

        _before = after;
        _measuredAt = now;
        return rates;
    }
}

/// <summary>A session and what it moves per second.</summary>
internal sealed record SessionRate(SessionInfo Session, double ReceivedPerSecond, double SentPerSecond);
