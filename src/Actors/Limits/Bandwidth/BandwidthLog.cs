using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Limits.Bandwidth;

internal static partial class BandwidthLog
{
    [LoggerMessage(3230, LogLevel.Error, "Transfers that wait for bandwidth could not be looked at; the next look follows")]
    public static partial void BeatFaulted(ILogger logger, Exception error);

    [LoggerMessage(3231, LogLevel.Error, "A transfer that waits for bandwidth of {Scope} ends by a fault")]
    public static partial void TurnFaulted(ILogger logger, string scope, Exception error);

    [LoggerMessage(3232, LogLevel.Error, "Limits of speed that nobody uses could not be forgotten; the next look follows")]
    public static partial void RestFaulted(ILogger logger, Exception error);
}
