using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Cluster.Wiring;
using Hpc.Actors.Sessions;
using Hpc.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Clustering;

/// <summary>Carries out on this node what the cluster tells it.</summary>
internal sealed partial class ClusterOrders(ILogger logger) : IClusterEvents
{
    /// <summary>Points and bans; set before the node takes part.</summary>
    public ClusterBoard? Board { get; set; }

    /// <summary>Sessions of this node; set before the node takes part.</summary>
    public ISessionDirectory? Sessions { get; set; }

    /// <summary>Have accounts and lists looked at, without waiting; set before the node takes part.</summary>
    public IReadOnlyList<Action> Hurried { get; set; } = [];

    public void OnEndSession(string sessionId)
    {
        if (Sessions is { } sessions)
        {
            _ = EndAsync(sessions.KickAsync(sessionId, CancellationToken.None).AsTask(), sessionId);
        }
    }

    public void OnEndSessionsOfUser(string userName)
    {
        if (Sessions is { } sessions)
        {
            _ = EndAsync(sessions.KickUserAsync(userName, CancellationToken.None).AsTask(), userName);
        }
    }

    public void OnBans(IReadOnlyList<ClusterBan> bans) => Board?.OnBans(bans);

    public void OnBansForgotten() => Board?.OnBansForgotten();

    public void OnBan(string host, TimeSpan left) => Board?.OnBan(host, left);

    public void OnUnban(string host) => Board?.OnUnban(host);

    public void OnChanged() => Hurry();

    public void OnNoticesMissed()
    {
        NoticesMissed(logger);
        Hurry();
    }

    public void OnLeadership(bool isLeader) => Leads(logger, isLeader ? "leads" : "does not lead");

    private void Hurry()
    {
        foreach (Action hurry in Hurried)
        {
            hurry();
        }
    }

    private async Task EndAsync(Task ending, string what)
    {
        try
        {
            await ending.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Nobody waits for it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            NotEnded(logger, what, error);
        }
    }

    [LoggerMessage(4080, LogLevel.Warning, "notices of other nodes were lost while this one was away: sessions that were to be ended may go on; accounts and bans are read again")]
    private static partial void NoticesMissed(ILogger logger);

    [LoggerMessage(4081, LogLevel.Information, "this node {Leads} the cluster")]
    private static partial void Leads(ILogger logger, string leads);

    [LoggerMessage(4082, LogLevel.Error, "what another node ended could not be ended here: {What}")]
    private static partial void NotEnded(ILogger logger, string what, Exception error);
}
