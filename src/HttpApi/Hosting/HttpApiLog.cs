using System.Net;
using Microsoft.Extensions.Logging;

namespace Hpc.HttpApi.Hosting;

internal static partial class HttpApiLog
{
    [LoggerMessage(6001, LogLevel.Information, "{Method} {Path} {Status} in {Elapsed} ms, {Bytes} bytes, {Principal} from {Remote}, {Protocol}, {Agent}")]
    public static partial void Answered(ILogger logger, string method, string path, int status, long elapsed, long bytes, string principal, IPAddress remote, string protocol, string agent);

    [LoggerMessage(6002, LogLevel.Error, "A request failed because of a fault of the server: {Method} {Route}.")]
    public static partial void Fault(ILogger logger, Exception exception, string method, string route);

    [LoggerMessage(6003, LogLevel.Warning, "{Principal} from {Remote} was refused: {Reason}")]
    public static partial void Forbidden(ILogger logger, string principal, IPAddress remote, string reason);

    [LoggerMessage(6005, LogLevel.Information, "A login of {Account} from {Remote} was refused: {Reason}")]
    public static partial void LoginRefused(ILogger logger, string account, IPAddress remote, string reason);

    [LoggerMessage(6006, LogLevel.Information, "{Account} was given a token from {Remote}, until {ExpiresAt}.")]
    public static partial void TokenIssued(ILogger logger, string account, IPAddress remote, string expiresAt);

    [LoggerMessage(6007, LogLevel.Information, "REST API on {Address}")]
    public static partial void Listening(ILogger logger, string address);

    [LoggerMessage(6008, LogLevel.Error, "The TLS certificate {File} cannot be read; the one before stays in use: {Reason}")]
    public static partial void CertificateNotReloaded(ILogger logger, string file, string reason);

    [LoggerMessage(6009, LogLevel.Information, "The TLS certificate {File} was read, good until {NotAfter}.")]
    public static partial void CertificateLoaded(ILogger logger, string file, DateTime notAfter);

    [LoggerMessage(6010, LogLevel.Warning, "The first administrator {Name} was set up from {Remote}.")]
    public static partial void SetUp(ILogger logger, string name, IPAddress remote);

    [LoggerMessage(6011, LogLevel.Error, "The data provider does not answer: {Method} {Route}.")]
    public static partial void ProviderAway(ILogger logger, Exception exception, string method, string route);

    [LoggerMessage(6012, LogLevel.Warning, "The default administrator {Name} was not made: {Reason}")]
    public static partial void DefaultAdminRefused(ILogger logger, string name, string reason);

    [LoggerMessage(6013, LogLevel.Information, "The default administrator {Name} was made.")]
    public static partial void DefaultAdminMade(ILogger logger, string name);

    [LoggerMessage(6014, LogLevel.Information, "{Count} requests or connections of addresses that may not come were refused since the last such line, the last from {Remote}")]
    public static partial void Barred(ILogger logger, long count, IPAddress remote);
}
