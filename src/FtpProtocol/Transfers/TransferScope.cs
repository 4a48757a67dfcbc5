using Hpc.Accounts.Sessions;
using Hpc.FtpProtocol.Control;
using Hpc.Transport.Buffers;
using Microsoft.Extensions.Logging;

namespace Hpc.FtpProtocol.Transfers;

/// <summary>What a transfer needs of its session, which may change its parameters meanwhile.</summary>
/// <param name="Meter">Where it is counted.</param>
/// <param name="Pool">Where its buffers come from.</param>
/// <param name="IsAscii">TYPE A.</param>
/// <param name="Logger">The log.</param>
/// <param name="SessionId">For the log.</param>
/// <param name="ConnectionId">For the log.</param>
internal sealed record TransferScope(SessionMeter Meter, BlockPool Pool, bool IsAscii, ILogger Logger, string SessionId, string ConnectionId)
{
    /// <summary>Of a session that has logged in.</summary>
    public static TransferScope Of(FtpSession session) =>
        new(session.Grant!.Meter, session.Services.Pool, session.Parameters.IsAscii, session.Services.Logger, session.Grant.SessionId, session.Connection.Id);
}
