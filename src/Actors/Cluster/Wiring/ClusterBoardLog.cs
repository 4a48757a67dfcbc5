using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Cluster.Wiring;

internal static partial class ClusterBoardLog
{
    [LoggerMessage(3420, LogLevel.Information, "{Event}: {ClientIp} by the cluster for {Left}")]
    public static partial void Banned(ILogger logger, string @event, string clientIp, TimeSpan left);

    [LoggerMessage(3421, LogLevel.Information, "{Event}: {ClientIp} by the cluster")]
    public static partial void Unbanned(ILogger logger, string @event, string clientIp);

    [LoggerMessage(3422, LogLevel.Information, "The cluster has {Bans} bans: {Begun} begin here, {Ended} are over, and it is told of {Untold} more")]
    public static partial void BansHeard(ILogger logger, int bans, int begun, int ended, int untold);

    [LoggerMessage(3423, LogLevel.Warning, "The cluster was not told of a {Kind} of {ClientIp}: {Reason}")]
    public static partial void NotTold(ILogger logger, ClusterNoticeKind kind, string clientIp, string reason);

    [LoggerMessage(3424, LogLevel.Warning, "The cluster bans {Host}, which is no host here: a newer version is in the cluster")]
    public static partial void UnknownHost(ILogger logger, string host);
}
