using Microsoft.Extensions.Logging;

namespace Hpc.SshProtocol.Exec;

internal static partial class ExecLog
{
    [LoggerMessage(EventId = 2250, Level = LogLevel.Error, Message = "Command {Command} of session {SessionId} on connection {ConnectionId} failed by a fault of the server")]
    public static partial void CommandFaulted(ILogger logger, Exception exception, string sessionId, string connectionId, string command);
}
