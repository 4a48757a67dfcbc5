using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Cluster.Wiring;

internal static partial class ClusterSessionsLog
{
    [LoggerMessage(3440, LogLevel.Warning, "Sessions of other nodes cannot be asked for now: {Reason}")]
    public static partial void NotAsked(ILogger logger, string reason);
}
