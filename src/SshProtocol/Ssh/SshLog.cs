using System.Net;
using Hpc.SshProtocol.Ssh.KeyExchange;
using Hpc.Transport.Connections;
using Microsoft.Extensions.Logging;

namespace Hpc.SshProtocol.Ssh;

/// <summary>Log lines of the SSH layers. Peers before login and their mistakes are Information: scanners are weather.</summary>
internal static partial class SshLog
{
    [LoggerMessage(1001, LogLevel.Information, "connection {ConnectionId} from {Remote} ends: {Reason} ({Detail})")]
    public static partial void ConnectionEnding(ILogger logger, string connectionId, IPEndPoint remote, ConnectionEndReason reason, string detail);

    [LoggerMessage(1002, LogLevel.Error, "connection {ConnectionId} ends by a fault of the server")]
    public static partial void ConnectionFaulted(ILogger logger, string connectionId, Exception exception);

    [LoggerMessage(1003, LogLevel.Debug, "connection {ConnectionId}: the peer disconnects with reason {Reason}: {Text}")]
    public static partial void PeerDisconnected(ILogger logger, string connectionId, uint reason, string text);

    [LoggerMessage(1004, LogLevel.Debug, "connection {ConnectionId}: {KeyExchange}, host key {HostKey}, to server {ToServer}, to client {ToClient}")]
    public static partial void KeysChanged(ILogger logger, string connectionId, string keyExchange, string hostKey, DirectionAlgorithms toServer, DirectionAlgorithms toClient);

    [LoggerMessage(1005, LogLevel.Debug, "connection {ConnectionId}: an operation failed after the end: {Detail}")]
    public static partial void LateFailure(ILogger logger, string connectionId, string detail);

    /// <summary>The line that fail2ban filters match (spec row R15.5): sender, client_ip, username and login_type in this order.</summary>
    [LoggerMessage(1010, LogLevel.Information, "{Sender}: {ClientIp} as {Username} by {LoginType} over {Protocol} on connection {ConnectionId}: {Error}")]
    public static partial void LoginRefused(
        ILogger logger, string sender, IPAddress clientIp, string username, string loginType, string protocol, string connectionId, string error);

    [LoggerMessage(1011, LogLevel.Information, "{Sender}: {Ip} as {Username} by {Method} over {Protocol} on connection {ConnectionId} with {Client}")]
    public static partial void LoggedIn(
        ILogger logger, string sender, IPAddress ip, string username, string method, string protocol, string connectionId, string client);

    [LoggerMessage(1012, LogLevel.Error, "connection {ConnectionId}: judging a login failed; it is refused")]
    public static partial void AuthenticatorFaulted(ILogger logger, string connectionId, Exception exception);

    [LoggerMessage(1013, LogLevel.Error, "connection {ConnectionId}: opening a session failed; it is refused")]
    public static partial void GateFaulted(ILogger logger, string connectionId, Exception exception);

    [LoggerMessage(1020, LogLevel.Debug, "connection {ConnectionId}: {RequestType} request refused")]
    public static partial void RequestRefused(ILogger logger, string connectionId, string requestType);

    [LoggerMessage(1021, LogLevel.Debug, "connection {ConnectionId}: channel of type {ChannelType} refused")]
    public static partial void ChannelRefused(ILogger logger, string connectionId, string channelType);
}
