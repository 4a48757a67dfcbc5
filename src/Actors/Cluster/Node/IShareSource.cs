namespace Hpc.Actors.Cluster.Node;

/// <summary>The node's side of a rate that is limited over all nodes, such as a bandwidth scope. One for each scope.</summary>
public interface IShareSource
{
    /// <summary>Name of the scope in the cluster.</summary>
    string Scope { get; }

    /// <summary>The limit over all nodes in bytes per second, above 0; never more is used, whatever is granted.</summary>
    long Limit { get; }

    /// <summary>What is wanted now. Called at each tick; must not block.</summary>
    ShareReading Read();

    /// <summary>What may be used from this moment on; 0 is nothing. Must not block.</summary>
    void SetRate(long bytesPerSecond);
}

/// <summary>What a node wants of a rate.</summary>
/// <param name="Wanted">Bytes per second that it would use; <see cref="long.MaxValue"/> while anything waits.</param>
/// <param name="Weight">Transfers that share it, at least 1.</param>
public readonly record struct ShareReading(long Wanted, int Weight);
