namespace Hpc.Actors.Cluster.Wiring;

/// <summary>Counts of <see cref="ClusterRatesCounters"/> that sources keep, by interlocked steps.</summary>
internal sealed class ClusterRatesTally
{
    private long _begun;
    private long _given;
    private long _grants;
    private long _ticks;
    private long _hurries;

    public int Ungranted => (int)(Volatile.Read(ref _begun) - Volatile.Read(ref _given));

    public long FirstGrants => Volatile.Read(ref _grants);

    public TimeSpan FirstGrantTime => TimeSpan.FromTicks(Volatile.Read(ref _ticks));

    public long Hurries => Volatile.Read(ref _hurries);

    public void Began() => Interlocked.Increment(ref _begun);

    /// <summary>It was granted something, or is over before that (null).</summary>
    public void Ended(TimeSpan? waited)
    {
        Interlocked.Increment(ref _given);
        if (waited is { } time)
        {
            Interlocked.Increment(ref _grants);
            Interlocked.Add(ref _ticks, time.Ticks);
        }
    }

    public void Hurried() => Interlocked.Increment(ref _hurries);
}
