using Hpc.Actors.Kernel;

namespace Hpc.Actors.Cluster.Node;

internal abstract record ClusterMessage : Message
{
    /// <summary>Something may be due.</summary>
    public sealed record Wake : ClusterMessage;

    /// <summary>A tick is worth while before its time.</summary>
    public sealed record Nudge : ClusterMessage;

    /// <summary>The engine, or what waits for its hurry, has ended the waiting.</summary>
    public sealed record Hurried(Exception? Error) : ClusterMessage;

    /// <summary>A join was answered.</summary>
    public sealed record Joined(ClusterCall Call, JoinReply Reply) : ClusterMessage;

    /// <summary>A tick was answered.</summary>
    public sealed record Ticked(ClusterCall Call, TickReply Reply) : ClusterMessage;

    /// <summary>A call failed; nobody knows whether it happened.</summary>
    public sealed record Failed(ClusterCall Call, Exception Error) : ClusterMessage;

    /// <summary>The node leaves.</summary>
    public sealed record Leave(Reply<bool> Reply) : ClusterMessage, IAsk
    {
        Reply IAsk.Reply => Reply;
    }

    /// <summary>Throws in the actor, for tests.</summary>
    public sealed record InjectFault(Exception Error) : ClusterMessage;
}
