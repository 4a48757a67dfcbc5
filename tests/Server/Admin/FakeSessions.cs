using System.Net;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.Actors.Sessions;

namespace Hpc.Server.Tests.Admin;

/// <summary>Sessions that only a list knows.</summary>
internal sealed class FakeSessions : ISessionDirectory
{
    public List<SessionInfo> Sessions { get; } = [];

    public SessionEndReason? LastReason { get; private set; }

    public SessionCounters Counters => new(Sessions.Count, 0, 0, 0, 0, new Dictionary<SessionRefusal, long>());

    public static SessionInfo Session(string id, string user) => new()
    {
        SessionId = id,
        ConnectionId = "c-" + id,
        UserName = user,
        Protocol = "SFTP",
        Remote = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 5000),
        ClientVersion = "SSH-2.0-Test",
        Method = LoginMethod.PublicKey,
        StartedAt = DateTimeOffset.UnixEpoch,
        IdleMilliseconds = 1500,
        BytesReceived = 2,
        BytesSent = 3,
        Transfers = [new TransferInfo("/f", true, 1, 1000)],
    };

    public ValueTask<IReadOnlyList<SessionInfo>> ListAsync(CancellationToken ct) => ValueTask.FromResult<IReadOnlyList<SessionInfo>>([.. Sessions]);

    public ValueTask<bool> KickAsync(string sessionId, CancellationToken ct) => ValueTask.FromResult(Sessions.RemoveAll(session => session.SessionId == sessionId) > 0);

    public ValueTask<bool> EndAsync(string sessionId, SessionEndReason reason, CancellationToken ct)
    {
        LastReason = reason;
        return KickAsync(sessionId, ct);
    }

    public ValueTask<int> KickUserAsync(string userName, CancellationToken ct) => ValueTask.FromResult(Sessions.RemoveAll(session => session.UserName == userName));
}
