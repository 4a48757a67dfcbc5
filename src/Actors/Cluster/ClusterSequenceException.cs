namespace Hpc.Actors.Cluster;

/// <summary>A tick came out of its order: lower than the last one, or not the one behind it. Nothing happened.</summary>
public sealed class ClusterSequenceException : Exception
{
    /// <summary>Makes one.</summary>
    public ClusterSequenceException(NodeEpoch node, long sequence, long last)
        : base($"Tick {sequence} of node {node.Name} came behind tick {last}.")
    {
    }
}
