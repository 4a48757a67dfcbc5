namespace Hpc.Actors.Cluster.Node;

/// <summary>
/// Until when the rates of this node are its own, as whatever spends them reads it: a process that was stopped spends nothing beyond it, before the cluster actor has had its turn.
/// </summary>
/// <param name="start">Timestamp of the node's time 0.</param>
/// <param name="frequency">Timestamps in a second.</param>
internal sealed class LeaseEnd(long start, long frequency)
{
    private long _until = long.MaxValue;

    /// <summary>A timestamp; <see cref="long.MaxValue"/> if what is in force has no end.</summary>
    public long Until => Volatile.Read(ref _until);

    public void Set(TimeSpan until) => Volatile.Write(ref _until, start + (long)((Int128)until.Ticks * frequency / TimeSpan.TicksPerSecond));

    public void Clear() => Volatile.Write(ref _until, long.MaxValue);
}
