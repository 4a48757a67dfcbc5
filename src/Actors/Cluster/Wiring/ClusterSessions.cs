using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Sessions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Actors.Cluster.Wiring;

/// <summary>The sessions of all nodes, to be looked at and ended by operators of any of them.</summary>
/// <param name="node">This node.</param>
/// <param name="local">Its sessions.</param>
/// <param name="logger">Is told why sessions of other nodes could not be asked for.</param>
public sealed class ClusterSessions(ClusterNode node, ISessionDirectory local, ILogger<ClusterSessions>? logger = null)
{
    /// <summary>Sessions of other nodes in one list.</summary>
    public const int MaxRemote = 100_000;

    private const int PageSize = 10_000;
    private const int IdLength = 16;

    private readonly ILogger _logger = logger ?? NullLogger<ClusterSessions>.Instance;

    /// <summary>All sessions. If the engine does not answer, those of this node.</summary>
    public async ValueTask<ClusterSessionList> ListAsync(CancellationToken ct)
    {
        IReadOnlyList<SessionInfo> here = await local.ListAsync(ct).ConfigureAwait(false);
        var remote = new List<ClusterSession>();
        bool isWhole = await TryReadRemoteAsync(remote, ct).ConfigureAwait(false);
        remote.Sort(static (left, right) => left.Since.CompareTo(right.Since));
        return new ClusterSessionList(node.Name, here, remote, node.Nodes > 1 || remote.Count > 0, !isWhole);
    }

    /// <summary>Ends a session, on whatever node it is.</summary>
    public async ValueTask<ClusterKick> KickAsync(string sessionId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(sessionId);
        if (await local.KickAsync(sessionId, ct).ConfigureAwait(false))
        {
            return new ClusterKick(1, IsPartial: false);
        }

        if (!IsId(sessionId))
        {
            return default;
        }

        try
        {
            if (!await IsRemoteAsync(sessionId, ct).ConfigureAwait(false))
            {
                return default;
            }

            await node.PublishAsync(new ClusterNotice(ClusterNoticeKind.EndSession, sessionId), ct).ConfigureAwait(false);
            return new ClusterKick(1, IsPartial: false);
        }
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            ClusterSessionsLog.NotAsked(_logger, error.Message);
            return new ClusterKick(0, IsPartial: true);
        }
    }

    /// <summary>Ends all sessions of a user.</summary>
    public async ValueTask<ClusterKick> KickUserAsync(string userName, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(userName);
        int ended = await local.KickUserAsync(userName, ct).ConfigureAwait(false);
        var remote = new List<ClusterSession>();
        bool isWhole = await TryReadRemoteAsync(remote, ct).ConfigureAwait(false);
        string key = ClusterUser.KeyOf(userName);
        ClusterSession[] ofUser = [.. remote.Where(session => session.User == key)];
        try
        {
            await PublishEndAsync(userName, ofUser, ct).ConfigureAwait(false);
            return new ClusterKick(ended + ofUser.Length, !isWhole && !ClusterUser.IsKey(userName));
        }
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            ClusterSessionsLog.NotAsked(_logger, error.Message);
            return new ClusterKick(ended, IsPartial: true);
        }
    }

    private static bool IsId(string text) => text.Length == IdLength && text.All(char.IsAsciiHexDigitLower);

    // The other nodes know a user by its name, and end what was not listed here as well; one that is too long for the engine is ended session by session.
    private async ValueTask PublishEndAsync(string userName, ClusterSession[] sessions, CancellationToken ct)
    {
        if (ClusterUser.IsKey(userName))
        {
            await node.PublishAsync(new ClusterNotice(ClusterNoticeKind.EndSessionsOfUser, userName), ct).ConfigureAwait(false);
            return;
        }

        foreach (ClusterSession session in sessions)
        {
            await node.PublishAsync(new ClusterNotice(ClusterNoticeKind.EndSession, session.Id), ct).ConfigureAwait(false);
        }
    }

    // Ids of 16 digits that begin with the first 15 of this one and are not before it are 16 at most.
    private async ValueTask<bool> IsRemoteAsync(string sessionId, CancellationToken ct)
    {
        IReadOnlyList<ClusterSession> near = await node.ListSessionsAsync(sessionId[..^1], 16, ct).ConfigureAwait(false);
        return near.Any(session => session.Id == sessionId && IsOther(session));
    }

    private bool IsOther(ClusterSession session) => session.Node != node.Name;

    // False if there may be more than were read.
    private async ValueTask<bool> TryReadRemoteAsync(List<ClusterSession> sessions, CancellationToken ct)
    {
        string? last = null;
        try
        {
            while (sessions.Count < MaxRemote)
            {
                IReadOnlyList<ClusterSession> page = await node.ListSessionsAsync(last, PageSize, ct).ConfigureAwait(false);
                sessions.AddRange(page.Where(IsOther).Take(MaxRemote - sessions.Count));
                if (page.Count < PageSize)
                {
                    return true;
                }

                last = page[^1].Id;
            }
        }
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            ClusterSessionsLog.NotAsked(_logger, error.Message);
        }

        return false;
    }
}
