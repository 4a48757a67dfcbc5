namespace Hpc.Actors.Cluster.Node;

/// <summary>Where rates that are limited over all nodes take part.</summary>
internal interface IShareRegistry
{
    /// <summary>Until when what is in force is this node's.</summary>
    LeaseEnd Lease { get; }

    /// <inheritdoc cref="ClusterNode.Register"/>
    void Register(IShareSource source);

    /// <inheritdoc cref="ClusterNode.Unregister"/>
    void Unregister(IShareSource source);

    /// <inheritdoc cref="ClusterNode.Nudge"/>
    void Nudge();
}
