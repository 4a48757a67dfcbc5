namespace Hpc.Storage.Vfs.Usage;

/// <summary>
/// Until when a node may spend what it has reserved, by its own monotonic clock: a node that was silent for longer may be taken for dead, and what it held be given to others.
/// Looked at where something is taken, so that a process that was stopped finds it over when it goes on.
/// </summary>
public sealed class UsageFence(TimeProvider time)
{
    private const long Never = long.MaxValue;

    private long _end = Never;

    /// <summary>True if what is reserved must not be spent before the store has answered anew.</summary>
    public bool IsOver => Volatile.Read(ref _end) is var end && end != Never && time.GetTimestamp() >= end;

    /// <summary>Lets it be spent for so long from a time stamp on; the control plane alone calls it.</summary>
    public void Extend(long from, TimeSpan length) => Volatile.Write(ref _end, from + (long)(length.TotalSeconds * time.TimestampFrequency));

    /// <summary>Lets nothing be spent until it is extended; the control plane alone calls it.</summary>
    public void Close() => Volatile.Write(ref _end, long.MinValue);
}
