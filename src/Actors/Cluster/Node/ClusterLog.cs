using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Cluster.Node;

internal static partial class ClusterLog
{
    [LoggerMessage(3400, LogLevel.Information, "The cluster engine answers: {Nodes} nodes")]
    public static partial void EngineAnswers(ILogger logger, int nodes);

    [LoggerMessage(3401, LogLevel.Error, "The cluster engine does not answer: limits over all nodes go on until their lease is over, then by the policy: {Reason}")]
    public static partial void EngineFailed(ILogger logger, string reason);

    [LoggerMessage(3402, LogLevel.Warning, "A notice of kind {Kind} is not known: a newer version is in the cluster")]
    public static partial void UnknownNotice(ILogger logger, int kind);

    [LoggerMessage(3403, LogLevel.Error, "What followed a notice of the cluster failed")]
    public static partial void HandlerFailed(ILogger logger, Exception error);

    [LoggerMessage(3404, LogLevel.Error, "The scope {Scope} failed")]
    public static partial void SourceFailed(ILogger logger, string scope, Exception error);

    [LoggerMessage(3405, LogLevel.Warning, "This node has no lease on limits over all nodes")]
    public static partial void Fenced(ILogger logger);

    [LoggerMessage(3406, LogLevel.Information, "This node has a lease on limits over all nodes")]
    public static partial void HasLease(ILogger logger);

    [LoggerMessage(3407, LogLevel.Warning, "The node did not hand back its leases; they run out: {Reason}")]
    public static partial void LeaveFailed(ILogger logger, string reason);

    [LoggerMessage(3409, LogLevel.Error, "Another server is in the cluster as {Name}, and each ends what the other has: limits do not hold. A copied data directory has to lose its node.id")]
    public static partial void NameIsTaken(ILogger logger, string name);

    [LoggerMessage(3408, LogLevel.Information, "A place for a session was asked for in vain: {Reason}")]
    public static partial void PlaceFailed(ILogger logger, string reason);
}
