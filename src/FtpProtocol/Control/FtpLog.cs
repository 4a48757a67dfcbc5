using System.Net;
using Microsoft.Extensions.Logging;

namespace Hpc.FtpProtocol.Control;

/// <summary>Log lines of FTP. Peers before login and their mistakes are Information: scanners are weather.</summary>
internal static partial class FtpLog
{
    [LoggerMessage(7001, LogLevel.Debug, "connection {ConnectionId} is lost: {Detail}")]
    public static partial void ConnectionFailed(ILogger logger, string connectionId, string detail);

    [LoggerMessage(7002, LogLevel.Error, "connection {ConnectionId} ends by a fault of the server")]
    public static partial void ConnectionFaulted(ILogger logger, string connectionId, Exception exception);

    [LoggerMessage(7003, LogLevel.Information, "connection {ConnectionId}: {Command} {Argument}: {Code}")]
    public static partial void CommandDone(ILogger logger, string connectionId, string command, string argument, int code);

    [LoggerMessage(7004, LogLevel.Information, "connection {ConnectionId}: the peer speaks {Protocol}; it is closed")]
    public static partial void ForeignProtocol(ILogger logger, string connectionId, string protocol);

    [LoggerMessage(7005, LogLevel.Debug, "connection {ConnectionId}: {Command} ends with {Code} after {Bytes} bytes")]
    public static partial void TransferDone(ILogger logger, string connectionId, string command, int code, long bytes);

    [LoggerMessage(7006, LogLevel.Error, "connection {ConnectionId}: {Command} ends by a fault of the server")]
    public static partial void TransferFaulted(ILogger logger, string connectionId, string command, Exception exception);

    [LoggerMessage(7007, LogLevel.Debug, "connection {ConnectionId}: {Tls}")]
    public static partial void TlsStarted(ILogger logger, string connectionId, string tls);

    [LoggerMessage(7008, LogLevel.Information, "connection {ConnectionId}: no TLS: {Detail}")]
    public static partial void TlsFailed(ILogger logger, string connectionId, string detail);

    [LoggerMessage(7009, LogLevel.Information, "connection {ConnectionId}: commands in the clear came together with AUTH; it is closed")]
    public static partial void CommandsInjected(ILogger logger, string connectionId);

    /// <summary>The line that fail2ban filters match (spec row R15.5): sender, client_ip, username and login_type in this order.</summary>
    [LoggerMessage(7010, LogLevel.Information, "{Sender}: {ClientIp} as {Username} by {LoginType} over {Protocol} on connection {ConnectionId}: {Error}")]
    public static partial void LoginRefused(
        ILogger logger, string sender, IPAddress clientIp, string username, string loginType, string protocol, string connectionId, string error);

    [LoggerMessage(7011, LogLevel.Information, "{Sender}: {Ip} as {Username} by {Method} over {Protocol} on connection {ConnectionId} with {Client}, {Encrypted}")]
    public static partial void LoggedIn(
        ILogger logger, string sender, IPAddress ip, string username, string method, string protocol, string connectionId, string client, string encrypted);

    [LoggerMessage(7012, LogLevel.Error, "connection {ConnectionId}: judging a login failed; it is refused")]
    public static partial void AuthenticatorFaulted(ILogger logger, string connectionId, Exception exception);

    [LoggerMessage(7013, LogLevel.Error, "connection {ConnectionId}: opening a session failed; it is refused")]
    public static partial void GateFaulted(ILogger logger, string connectionId, Exception exception);

    [LoggerMessage(7014, LogLevel.Error, "connection {ConnectionId}: whether the user must use TLS is not known; it is asked for")]
    public static partial void PolicyFaulted(ILogger logger, string connectionId, Exception exception);

    [LoggerMessage(7015, LogLevel.Debug, "connection {ConnectionId}: {Username} may not log in by the certificate: {Reason}")]
    public static partial void CertificateRefused(ILogger logger, string connectionId, string username, string reason);
}
