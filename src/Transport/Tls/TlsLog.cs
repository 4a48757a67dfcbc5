using Microsoft.Extensions.Logging;

namespace Hpc.Transport.Tls;

internal static partial class TlsLog
{
    [LoggerMessage(1101, LogLevel.Information, "TLS certificate {Files} loaded, good until {NotAfter}")]
    public static partial void Loaded(ILogger logger, string files, string notAfter);

    [LoggerMessage(1102, LogLevel.Error, "TLS certificate {Files} cannot be loaded again, the one before stays: {Reason}")]
    public static partial void NotReloaded(ILogger logger, string files, string reason);
}
