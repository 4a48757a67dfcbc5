using System.Net;
using Microsoft.Extensions.Logging;

namespace Hpc.FtpProtocol.Data;

internal static partial class DataLog
{
    [LoggerMessage(3750, LogLevel.Warning, "Connection {ConnectionId}: no passive port is free")]
    public static partial void NoPort(ILogger logger, string connectionId);

    [LoggerMessage(3751, LogLevel.Warning, "Connection {ConnectionId}: the client asks for a data connection to {Target}, which is refused")]
    public static partial void TargetRefused(ILogger logger, string connectionId, IPEndPoint target);

    [LoggerMessage(3752, LogLevel.Warning, "Connection {ConnectionId}: closed what came to its passive port from somebody else, {Count} times")]
    public static partial void Strangers(ILogger logger, string connectionId, int count);

    [LoggerMessage(3753, LogLevel.Debug, "Connection {ConnectionId}: data connection not opened: {Reason}")]
    public static partial void NotOpened(ILogger logger, string connectionId, string reason);

    [LoggerMessage(3754, LogLevel.Warning, "Connection {ConnectionId}: a data connection did not resume the TLS session of the control connection and was closed")]
    public static partial void NotResumed(ILogger logger, string connectionId);
}
