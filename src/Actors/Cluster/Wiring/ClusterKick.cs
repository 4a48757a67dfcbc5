namespace Hpc.Actors.Cluster.Wiring;

/// <summary>What became of an order to end sessions.</summary>
/// <param name="Ended">Sessions that were ended, or are by their node within a tick, as far as they were listed.</param>
/// <param name="IsPartial">True if the engine did not answer: sessions of other nodes may go on.</param>
public readonly record struct ClusterKick(int Ended, bool IsPartial);
