using System.Net;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.Storage;
using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Sessions;

internal static partial class SessionLog
{
    /// <summary>Protocols without connections of their own open a session for each request, which is no news.</summary>
    public static LogLevel LevelOf(SessionRequest request) => SessionRules.IsPerRequest(request.Protocol) ? LogLevel.Debug : LogLevel.Information;

    [LoggerMessage(EventId = 3100, Message = "Session {SessionId} of {User} opened on connection {ConnectionId}: {Protocol} from {Remote} by {Method}")]
    public static partial void SessionOpened(
        ILogger logger, LogLevel level, string sessionId, string user, string connectionId, string protocol, IPEndPoint remote, LoginMethod method);

    [LoggerMessage(3101, LogLevel.Information, "A session of {User} on connection {ConnectionId} is refused: {Reason}")]
    public static partial void SessionRefused(ILogger logger, string user, string connectionId, SessionRefusal reason);

    [LoggerMessage(3102, LogLevel.Information, "Session {SessionId} of {User} on connection {ConnectionId} is to end: {Reason}")]
    public static partial void SessionEnds(ILogger logger, string sessionId, string user, string connectionId, SessionEndReason reason);

    [LoggerMessage(EventId = 3103, Message = "Session {SessionId} of {User} on connection {ConnectionId} closed: {Reason}, {BytesReceived} bytes up, {BytesSent} bytes down")]
    public static partial void SessionClosed(
        ILogger logger, LogLevel level, string sessionId, string user, string connectionId, SessionEndReason reason, long bytesReceived, long bytesSent);

    [LoggerMessage(3104, LogLevel.Error, "The files of {User} cannot be opened for connection {ConnectionId}: {Error}")]
    public static partial void FilesUnavailable(ILogger logger, string user, string connectionId, StorageError error, Exception? exception);

    [LoggerMessage(3105, LogLevel.Error, "A session of {User} on connection {ConnectionId} cannot be opened")]
    public static partial void OpenFailed(ILogger logger, string user, string connectionId, Exception error);

    [LoggerMessage(3106, LogLevel.Error, "Ending session {SessionId} failed in its connection")]
    public static partial void EndCallbackFailed(ILogger logger, string sessionId, Exception error);

    [LoggerMessage(3108, LogLevel.Error, "A session of {User} on connection {ConnectionId} cannot be counted with those of other nodes")]
    public static partial void PlaceFailed(ILogger logger, string user, string connectionId, Exception error);

    [LoggerMessage(3107, LogLevel.Error, "Giving back the files of a session failed")]
    public static partial void DisposingFilesFailed(ILogger logger, Exception error);
}
