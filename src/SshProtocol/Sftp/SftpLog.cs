using Microsoft.Extensions.Logging;

namespace Hpc.SshProtocol.Sftp;

internal static partial class SftpLog
{
    [LoggerMessage(EventId = 2200, Level = LogLevel.Warning, Message = "SFTP session {SessionId} on connection {ConnectionId} broke the protocol: {Reason}")]
    public static partial void ProtocolBroken(ILogger logger, string sessionId, string connectionId, string reason);

    [LoggerMessage(EventId = 2201, Level = LogLevel.Error, Message = "SFTP {Operation} of session {SessionId} on connection {ConnectionId} failed by a fault of the server")]
    public static partial void OperationFaulted(ILogger logger, Exception exception, string sessionId, string connectionId, string operation);

    [LoggerMessage(EventId = 2203, Level = LogLevel.Debug, Message = "SFTP session {SessionId} on connection {ConnectionId} began with version {Version}")]
    public static partial void Begun(ILogger logger, string sessionId, string connectionId, uint version);

    [LoggerMessage(EventId = 2204, Level = LogLevel.Debug, Message = "SFTP {Operation} of session {SessionId} on connection {ConnectionId} was refused: {Status}")]
    public static partial void Refused(ILogger logger, string sessionId, string connectionId, string operation, Wire.SftpStatus status);

    [LoggerMessage(EventId = 2205, Level = LogLevel.Warning, Message = "SFTP session {SessionId} on connection {ConnectionId}: a directory entry does not fit a packet and was left out")]
    public static partial void EntryLeftOut(ILogger logger, string sessionId, string connectionId);
}
