namespace Hpc.Actors.Cluster;

/// <summary>A table of the engine has as much in it as it may: the statement did not happen.</summary>
public sealed class ClusterFullException(string message) : Exception(message);
