using Hpc.Actors.Sessions;
using Hpc.HttpApi.Models;
using Hpc.HttpApi.Parts;

namespace Hpc.Server.Provision;

/// <summary>Live sessions, for the REST API. One session is one connection there.</summary>
internal sealed class ConnectionOperations(ISessionDirectory sessions, TimeProvider time) : IConnectionOperations
{
    public async ValueTask<IReadOnlyList<ConnectionStatus>> ListAsync(CancellationToken ct)
    {
        DateTimeOffset now = time.GetUtcNow();
        return [.. (await sessions.ListAsync(ct).ConfigureAwait(false)).Select(session => Of(session, now))];
    }

    public ValueTask<bool> CloseAsync(string connectionId, string node, CancellationToken ct) =>
        node.Length > 0 ? new(false) : sessions.KickAsync(connectionId, ct);

    public ValueTask<int> CloseUserAsync(string userName, CancellationToken ct) => sessions.KickUserAsync(userName, ct);

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
}
