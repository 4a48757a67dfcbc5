namespace Hpc.Actors.Defender;

/// <summary>What happened at the screen and in the defender since the start. Safe to count and read by anybody.</summary>
public sealed class DefenderCounters
{
    private readonly long[] _points = new long[Enum.GetValues<DefenderEvent>().Length];
    private long _bans;
    private long _refusedByBan;
    private long _refusedByList;
    private long _notAllowed;
    private long _rateRefused;
    private long _rateDelayed;

    /// <summary>Bans that began.</summary>
    public long Bans => Volatile.Read(ref _bans);

    /// <summary>Connections and requests of banned hosts.</summary>
    public long RefusedByBan => Volatile.Read(ref _refusedByBan);

    /// <summary>Connections and requests from the block list.</summary>
    public long RefusedByList => Volatile.Read(ref _refusedByList);

    /// <summary>Connections and requests of who is not on the allow list.</summary>
    public long NotAllowed => Volatile.Read(ref _notAllowed);

    /// <summary>Connections and requests that came too fast.</summary>
    public long RateRefused => Volatile.Read(ref _rateRefused);

    /// <summary>Connections and requests that were made to wait.</summary>
    public long RateDelayed => Volatile.Read(ref _rateDelayed);

    /// <summary>Points given for an event.</summary>
    public long PointsFor(DefenderEvent what) => Volatile.Read(ref _points[(int)what]);

    internal void OnBan() => Interlocked.Increment(ref _bans);

    internal void OnPoints(DefenderEvent what, int points) => Interlocked.Add(ref _points[(int)what], points);

    internal void OnRefusedByBan() => Interlocked.Increment(ref _refusedByBan);

    internal void OnRefusedByList() => Interlocked.Increment(ref _refusedByList);

    internal void OnNotAllowed() => Interlocked.Increment(ref _notAllowed);

    internal void OnRateRefused() => Interlocked.Increment(ref _rateRefused);

    internal void OnRateDelayed() => Interlocked.Increment(ref _rateDelayed);
}
