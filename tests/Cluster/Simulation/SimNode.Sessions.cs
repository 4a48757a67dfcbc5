using Hpc.Actors.Cluster;

namespace Hpc.Cluster.Tests.Simulation;

// Sessions and notices.
internal sealed partial class SimNode
{
    public const int MaxOfUser = 3;

    private readonly Dictionary<string, string> _open = [];
    private long _lastNotice;
    private bool _knowsNotice;
    private int _nextSession;

    public int CountWithLease(string user) =>
        _protocol is { Epoch: not null } protocol && Local < protocol.NodeUntil ? _open.Values.Count(name => name == user) : 0;

    public void UseSessions()
    {
        if (!IsRunning || _world.Options.Users == 0)
        {
            return;
        }

        for (int i = 0; i < 2; i++)
        {
            if (_open.Count > 0 && _world.Chance(0.5))
            {
                string id = _open.Keys.ElementAt(_world.Random.Next(_open.Count));
                _open.Remove(id);
                _sessions.Close(id);
            }

            if (_world.Chance(0.7))
            {
                string id = $"{Name}-{_process}-{_nextSession++}";
                string user = $"u{_world.Random.Next(_world.Options.Users)}";
                var place = new HeldPlace(Describe(id, user), MaxOfUser, 0, 0);
                _sessions.Add(place);
                Open(place, tries: 2, isCertain: true);
            }
        }
    }

    public void OnEndSession(string sessionId)
    {
        if (!sessionId.StartsWith("notice-", StringComparison.Ordinal))
        {
            _open.Remove(sessionId);
            _sessions.Close(sessionId);
            return;
        }

        long number = long.Parse(sessionId["notice-".Length..], System.Globalization.CultureInfo.InvariantCulture);
        if (_knowsNotice && number != _lastNotice + 1)
        {
            _world.Fail($"{Name} heard notice {number} behind {_lastNotice}");
        }

        _knowsNotice = true;
        _lastNotice = number;
    }

    public void OnChanged()
    {
    }

    public void OnNoticesMissed() => _knowsNotice = false;

    public void ForgetNotices() => _knowsNotice = false;

    public void CheckNotices(long published)
    {
        if (published > 0 && _lastNotice < published)
        {
            _world.Fail($"{Name} heard notice {_lastNotice} of {published}");
        }
    }

    public void OnEndSessionsOfUser(string userName)
    {
    }

    public void OnBans(IReadOnlyList<ClusterBan> bans)
    {
    }

    public void OnBan(string host, TimeSpan left)
    {
    }

    public void OnUnban(string host)
    {
    }

    public void OnLeadership(bool isLeader) => _world.Note($"{Name} {(isLeader ? "leads" : "leads no more")}");

    private void Open(HeldPlace place, int tries, bool isCertain)
    {
        string id = place.Session.Id;
        if (tries == 0 || _sessions.Epoch is not { } epoch)
        {
            _sessions.Close(id);
            return;
        }

        var request = new PlaceRequest { Node = epoch, Place = place, Closed = _sessions.PeekClosed() };
        Call(
            engine => AtOnce.Of(engine.OpenSessionAsync(request, CancellationToken.None)),
            reply =>
            {
                if (reply == PlaceReply.Taken && _sessions.Confirm(id, epoch))
                {
                    _open.Add(id, place.Session.User);
                    CheckSessions();
                }
                else if (reply is PlaceReply.Fenced or PlaceReply.Taken)
                {
                    Open(place, tries - 1, isCertain: isCertain && reply == PlaceReply.Fenced);
                }
                else if (isCertain)
                {
                    _sessions.Forget(id);
                }
                else
                {
                    _sessions.Close(id);
                }
            },
            () => Open(place, tries - 1, isCertain: false));
    }

    private void CheckSessions()
    {
        for (int i = 0; i < _world.Options.Users; i++)
        {
            _world.CheckSessions($"u{i}", MaxOfUser);
        }
    }
}
