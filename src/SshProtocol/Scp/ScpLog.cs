using Microsoft.Extensions.Logging;

namespace Hpc.SshProtocol.Scp;

internal static partial class ScpLog
{
    [LoggerMessage(EventId = 2260, Level = LogLevel.Warning, Message = "SCP transfer of session {SessionId} on connection {ConnectionId} was ended: {Reason}")]
    public static partial void Ended(ILogger logger, string sessionId, string connectionId, string reason);

    [LoggerMessage(EventId = 2261, Level = LogLevel.Error, Message = "SCP transfer of session {SessionId} on connection {ConnectionId} failed by a fault of the server")]
    public static partial void Faulted(ILogger logger, Exception exception, string sessionId, string connectionId);

    [LoggerMessage(EventId = 2262, Level = LogLevel.Debug, Message = "SCP transfer of session {SessionId} on connection {ConnectionId} ended with status {Status}")]
    public static partial void Done(ILogger logger, string sessionId, string connectionId, uint status);
}
