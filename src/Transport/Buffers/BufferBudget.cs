namespace Hpc.Transport.Buffers;

/// <summary>Process-wide count of rented buffer bytes against a limit. Renting never fails; who plans to need more asks <see cref="IsUnderPressure"/> first.</summary>
/// <param name="limit">Bytes.</param>
public sealed class BufferBudget(long limit)
{
    private long _rented;

    /// <summary>The limit in bytes.</summary>
    public long Limit { get; } = limit;

    /// <summary>Bytes rented now.</summary>
    public long Rented => Volatile.Read(ref _rented);

    /// <summary>True from three quarters of the limit on: windows no longer grow.</summary>
    public bool IsUnderPressure => Rented >= Limit / 4 * 3;

    /// <summary>True at the limit: new connections are refused and channels stop taking data in.</summary>
    public bool IsExhausted => Rented >= Limit;

    internal void Charge(int bytes) => Interlocked.Add(ref _rented, bytes);

    internal void Release(int bytes) => Interlocked.Add(ref _rented, -bytes);
}
