using Microsoft.Extensions.Logging;

namespace Hpc.FtpProtocol.Transfers;

internal static partial class TransferLog
{
    [LoggerMessage(EventId = 2440, Level = LogLevel.Debug, Message = "FTP session {SessionId} on connection {ConnectionId} lost its data connection: {Reason}")]
    public static partial void Lost(ILogger logger, string sessionId, string connectionId, string reason);

    [LoggerMessage(EventId = 2441, Level = LogLevel.Error, Message = "FTP transfer of session {SessionId} on connection {ConnectionId} failed by a fault of the server")]
    public static partial void Faulted(ILogger logger, Exception exception, string sessionId, string connectionId);
}
