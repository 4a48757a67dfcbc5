namespace Hpc.Actors.Cluster.Node;

// Shared rates.
public sealed partial class ClusterNode : IShareRegistry
{
    private readonly LeaseEnd _lease;

    LeaseEnd IShareRegistry.Lease => _lease;
}
