using Hpc.Accounts.Data;
using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.Wiring;
using Hpc.Actors.Sessions;
using Hpc.HttpApi.Models;
using Hpc.HttpApi.Parts;

namespace Hpc.Server.Provision;

/// <summary>Live sessions, for the REST API. One session is one connection there.</summary>
/// <param name="sessions">Those of this node.</param>
/// <param name="time">The clock.</param>
/// <param name="cluster">Those of all nodes; null if this one is alone.</param>
internal sealed class ConnectionOperations(ISessionDirectory sessions, TimeProvider time, ClusterSessions? cluster = null) : IConnectionOperations
{
    public async ValueTask<IReadOnlyList<ConnectionStatus>> ListAsync(CancellationToken ct)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (cluster is null)
        {
            return [.. (await sessions.ListAsync(ct).ConfigureAwait(false)).Select(session => Of(session, now))];
        }

        ClusterSessionList all = await cluster.ListAsync(ct).ConfigureAwait(false);
        return [.. all.Local.Select(session => Of(session, now)), .. all.Remote.Select(Of)];
    }

    // Ids are unique in the cluster: the node need not be named.
    public async ValueTask<bool> CloseAsync(string connectionId, string node, CancellationToken ct)
    {
        if (cluster is null)
        {
            return node.Length == 0 && await sessions.KickAsync(connectionId, ct).ConfigureAwait(false);
        }

        ClusterKick kick = await cluster.KickAsync(connectionId, ct).ConfigureAwait(false);
        return kick is { Ended: 0, IsPartial: true }
            ? throw new DataProviderException("The cluster does not answer: what is on other nodes cannot be ended.")
            : kick.Ended > 0;
    }

    // Whoever calls it has changed the account, which other nodes learn of in any case.
    public async ValueTask<int> CloseUserAsync(string userName, CancellationToken ct) => cluster is null
        ? await sessions.KickUserAsync(userName, ct).ConfigureAwait(false)
        : (await cluster.KickUserAsync(userName, ct).ConfigureAwait(false)).Ended;

    private static ConnectionStatus Of(SessionInfo session, DateTimeOffset now) => new()
    {
        Username = session.UserName,
        ConnectionId = session.SessionId,
        ClientVersion = session.ClientVersion,
        RemoteAddress = session.Remote.ToString(),
        ConnectionTime = session.StartedAt.ToUnixTimeMilliseconds(),
        LastActivity = now.ToUnixTimeMilliseconds() - session.IdleMilliseconds,
        Protocol = session.Protocol,
        ActiveTransfers =
        [
            .. session.Transfers.Select(transfer => new TransferStatus
            {
                OperationType = transfer.IsUpload ? "upload" : "download",
                Path = transfer.VirtualPath,
                StartTime = now.ToUnixTimeMilliseconds() - transfer.OpenMilliseconds,
                Size = transfer.Bytes,
            }),
        ],
    };

    private static ConnectionStatus Of(ClusterSession session) => new()
    {
        Username = session.User,
        ConnectionId = session.Id,
        RemoteAddress = session.Remote.ToString(),
        ConnectionTime = session.Since.ToUnixTimeMilliseconds(),
        Protocol = session.Protocol,
        Node = session.Node,
    };
}
