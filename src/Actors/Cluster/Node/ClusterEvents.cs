using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Cluster.Node;

/// <summary>Tells <see cref="IClusterEvents"/>, whatever it does.</summary>
internal sealed class ClusterEvents(IClusterEvents events, ILogger logger)
{
    private bool _hasChanged;

    public void Notices(IReadOnlyList<ClusterNotice> notices)
    {
        for (int i = 0; i < notices.Count; i++)
        {
            Notice(notices[i]);
        }

        if (_hasChanged)
        {
            // However many there were.
            _hasChanged = false;
            Run(0, static (events, _) => events.OnChanged());
        }
    }

    public void EndSession(string id) => Run(id, static (events, id) => events.OnEndSession(id));

    public void Bans(IReadOnlyList<ClusterBan> bans) => Run(bans, static (events, bans) => events.OnBans(bans));

    public void BansForgotten() => Run(0, static (events, _) => events.OnBansForgotten());

    public void NoticesMissed() => Run(0, static (events, _) => events.OnNoticesMissed());

    public void Leadership(bool isLeader) => Run(isLeader, static (events, isLeader) => events.OnLeadership(isLeader));

    private void Notice(ClusterNotice notice)
    {
        switch (notice.Kind)
        {
            case ClusterNoticeKind.EndSession: EndSession(notice.Key); break;
            case ClusterNoticeKind.EndSessionsOfUser: Run(notice.Key, static (events, user) => events.OnEndSessionsOfUser(user)); break;
            case ClusterNoticeKind.Ban: Run(notice, static (events, ban) => events.OnBan(ban.Key, ban.Left)); break;
            case ClusterNoticeKind.Unban: Run(notice.Key, static (events, host) => events.OnUnban(host)); break;
            case ClusterNoticeKind.Changed: _hasChanged = true; break;
            default: ClusterLog.UnknownNotice(logger, (int)notice.Kind); break;
        }
    }

    private void Run<T>(T what, Action<IClusterEvents, T> tell)
    {
        try
        {
            tell(events, what);
        }
        catch (Exception error)
        {
            ClusterLog.HandlerFailed(logger, error);
        }
    }
}
