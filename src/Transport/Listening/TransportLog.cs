using System.Net;
using Hpc.Transport.Connections;
using Microsoft.Extensions.Logging;

namespace Hpc.Transport.Listening;

internal static partial class TransportLog
{
    [LoggerMessage(1001, LogLevel.Information, "Listening for {Protocol} on {EndPoint}")]
    public static partial void Listening(ILogger logger, string protocol, IPEndPoint endPoint);

    [LoggerMessage(1002, LogLevel.Information, "Connection {ConnectionId} from {Peer} over {Protocol} ended: {Reason} after {DurationMs} ms, {BytesIn} bytes in, {BytesOut} bytes out")]
    public static partial void Ended(ILogger logger, string connectionId, IPEndPoint peer, string protocol, ConnectionEndReason reason, long durationMs, long bytesIn, long bytesOut);

    [LoggerMessage(1003, LogLevel.Debug, "Connection from {Peer} refused: {Decision}")]
    public static partial void Refused(ILogger logger, IPEndPoint peer, GateDecision decision);

    [LoggerMessage(1004, LogLevel.Information, "{Count} connections refused within about a second, the last one: {Decision}")]
    public static partial void RefusedInRound(ILogger logger, long count, GateDecision decision);

    [LoggerMessage(1005, LogLevel.Error, "Connection {ConnectionId} from {Peer}: fault")]
    public static partial void Fault(ILogger logger, string connectionId, IPEndPoint peer, Exception exception);

    [LoggerMessage(1006, LogLevel.Warning, "Accepting on {EndPoint} pauses for {PauseMs} ms")]
    public static partial void AcceptPaused(ILogger logger, IPEndPoint endPoint, double pauseMs, Exception exception);

    [LoggerMessage(1007, LogLevel.Information, "Draining: {Count} connections have up to {GraceSeconds} s")]
    public static partial void Draining(ILogger logger, int count, double graceSeconds);

    [LoggerMessage(1008, LogLevel.Information, "Drained: asked {Stopped} connections to stop, cut {Cut}")]
    public static partial void Drained(ILogger logger, int stopped, int cut);

    [LoggerMessage(1010, LogLevel.Error, "A connection failed to take note of the drain")]
    public static partial void DrainFault(ILogger logger, Exception exception);

    [LoggerMessage(1011, LogLevel.Error, "Accepting on {EndPoint}: fault")]
    public static partial void AcceptFault(ILogger logger, IPEndPoint endPoint, Exception exception);

    [LoggerMessage(1012, LogLevel.Error, "Heartbeat of connection {ConnectionId}: fault")]
    public static partial void HeartbeatFault(ILogger logger, string? connectionId, Exception exception);

    [LoggerMessage(1013, LogLevel.Information, "Connection {ConnectionId} from {Peer} through the proxy {Proxy} over {Protocol} ended: {Reason} after {DurationMs} ms, {BytesIn} bytes in, {BytesOut} bytes out")]
    public static partial void ProxiedEnded(ILogger logger, string connectionId, IPEndPoint peer, IPEndPoint proxy, string protocol, ConnectionEndReason reason, long durationMs, long bytesIn, long bytesOut);

    [LoggerMessage(1017, LogLevel.Debug, "Connection {ConnectionId} that the proxy {Peer} opened for itself over {Protocol} ended: {Reason} after {DurationMs} ms")]
    public static partial void ProbeEnded(ILogger logger, string connectionId, IPEndPoint peer, string protocol, ConnectionEndReason reason, long durationMs);

    [LoggerMessage(1014, LogLevel.Debug, "Connection from {Peer} through the proxy {Proxy} refused: {Decision}")]
    public static partial void ProxiedRefused(ILogger logger, IPEndPoint peer, IPEndPoint proxy, GateDecision decision);

    [LoggerMessage(1015, LogLevel.Error, "{Count} calls of the connection screen have failed within about a second, the first one like this; whom it does not judge is refused")]
    public static partial void ScreenFaults(ILogger logger, long count, Exception exception);

    [LoggerMessage(1016, LogLevel.Error, "Connection from {Peer}: fault while its PROXY protocol header was read")]
    public static partial void ProxyFault(ILogger logger, IPEndPoint peer, Exception exception);

    [LoggerMessage(1009, LogLevel.Error, "{Count} connections have not ended after they were cut")]
    public static partial void NotEnded(ILogger logger, int count);
}
