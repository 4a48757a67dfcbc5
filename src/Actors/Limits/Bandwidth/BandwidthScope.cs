using System.Runtime.CompilerServices;

namespace Hpc.Actors.Limits.Bandwidth;

/// <summary>
/// A limit of speed in one direction that transfers share: a bucket of bytes that fills with time. An operation passes while there is a byte in it, and may take more than there is:
/// the next waits until that is paid back. So within any time there pass at most a full bucket, what the time fills, and one operation.
/// </summary>
public sealed partial class BandwidthScope
{
    /// <summary>The rate of a scope that limits nothing.</summary>
    public const long Unlimited = long.MaxValue;

    // A tenth of a second of the rate: so late may the beat be, on a machine that has other things to do, without a byte of the rate being lost.
    private const int BucketsPerSecond = 10;

    // What is due is looked at when it is needed, or after a millisecond: more often would cost more than it tells.
    private const int RefillsPerSecond = 1000;

    private readonly BandwidthPacer _pacer;
    private readonly long _frequency;

    // Changed by whoever moves bytes, by interlocked steps.
    private long _balance;
    private long _refilledAt;
    private long _moved;

    // Written under the pacer's lock, read by whoever moves bytes.
    private long _rate = Unlimited;
    private long _depth;
    private long _limitBefore = Unlimited;

    internal BandwidthScope(string name, BandwidthScopeKind kind, bool isUpload, BandwidthPacer pacer)
    {
        Name = name;
        Kind = kind;
        IsUpload = isUpload;
        _pacer = pacer;
        _frequency = pacer.Time.TimestampFrequency;
    }

    /// <summary>Kind, name and direction, such as <c>user/ann/down</c>.</summary>
    public string Name { get; }

    /// <summary>Whom it is for.</summary>
    public BandwidthScopeKind Kind { get; }

    /// <summary>The direction.</summary>
    public bool IsUpload { get; }

    /// <summary>The limit over all nodes in bytes per second, as configured or stored with the account.</summary>
    public long Limit { get; internal set; } = Unlimited;

    /// <summary>The version of the account that the limit is from; under the keeper's lock.</summary>
    internal long LimitVersion { get; set; }

    /// <summary>What is in force here, in bytes per second: 0 lets nothing pass, <see cref="Unlimited"/> everything.</summary>
    public long Rate => Volatile.Read(ref _rate);

    /// <summary>Bytes that have passed, without those that were given back.</summary>
    public long Moved => Volatile.Read(ref _moved);

    /// <summary>Transfers that wait here or elsewhere on their way through here.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Sessions that use it; under the keeper's lock.</summary>
    internal int Uses { get; set; }

    /// <summary>Kept although nobody uses it; under the keeper's lock.</summary>
    internal bool IsResting { get; set; }

    internal bool IsLimited => Rate != Unlimited;

    /// <summary>The clock of its pacer.</summary>
    internal TimeProvider Time => _pacer.Time;

    /// <summary>Puts another rate in force, for running and waiting transfers too.</summary>
    public void SetRate(long bytesPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytesPerSecond);
        _pacer.Change(this, bytesPerSecond);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Bytes that may pass at once, above 0, or 0 if nothing is left or somebody waits for more.</summary>
    internal long Room(long now)
    {
        if (IsContended)
        {
            return 0;
        }

        if (!IsLimited)
        {
            return long.MaxValue;
        }

        Refill(now);
        return Math.Max(0, Volatile.Read(ref _balance));
    }

    /// <summary>Takes bytes if there is one; false without taking any.</summary>
    internal bool TryTake(long bytes)
    {
        if (IsLimited && Interlocked.Add(ref _balance, -bytes) + bytes <= 0)
        {
            Interlocked.Add(ref _balance, bytes);
            return false;
        }

        Interlocked.Add(ref _moved, bytes);
        return true;
    }

    /// <summary>Takes what the pacer grants.</summary>
    internal void Take(long bytes)
    {
        if (IsLimited)
        {
            Interlocked.Add(ref _balance, -bytes);
        }

        Interlocked.Add(ref _moved, bytes);
    }

    /// <summary>Takes back what did not pass.</summary>
    internal void Give(long bytes)
    {
        Interlocked.Add(ref _moved, -bytes);
        if (IsLimited)
        {
            Fill(bytes);
        }
    }

    /// <summary>What is there, or owed if it is below 0.</summary>
    internal long BalanceAt(long now)
    {
        Refill(now);
        return Volatile.Read(ref _balance);
    }

    /// <summary>True if it has nothing to remember: nothing is owed, and the bucket is full.</summary>
    internal bool IsRested(long now) => Rate == Unlimited || (Rate == 0 && Share is null) || BalanceAt(now) >= Volatile.Read(ref _depth);

    /// <summary>When there will be a byte again, or when to ask again if nothing becomes due; never at a rate of 0.</summary>
    internal long DueAt(long now)
    {
        long missing = 1 - BalanceAt(now);
        long rate = Rate;
        return missing <= 0 || rate == Unlimited ? now
            : rate == 0 ? long.MaxValue
            : Share is { } share && share.Until <= now ? now + (_frequency / BucketsPerSecond)
            : Volatile.Read(ref _refilledAt) + Clamp((((Int128)missing * _frequency) + rate - 1) / rate);
    }

    /// <summary>
    /// Has another rate. What is owed is paid back in no more time than before; a share of a limit that stays the same pays back every byte, since another node has what this one has lost.
    /// The pacer's lock is held.
    /// </summary>
    internal void Apply(long rate, long now)
    {
        long last = _rate;
        if (rate == last)
        {
            return;
        }

        Refill(now);
        long depth = rate is 0 or Unlimited ? 0 : Math.Max(1, rate / BucketsPerSecond);
        long limit = Limit;
        (long from, long to) = Share is null ? (last, rate) : (_limitBefore, limit);
        _limitBefore = limit;
        Volatile.Write(ref _depth, depth);
        long seen = Volatile.Read(ref _balance);
        while (true)
        {
            // Others take and give meanwhile.
            long balance = last == Unlimited ? depth : seen < 0 ? -OwedAfter(-seen, from, to) : Math.Min(seen, depth);
            long found = Interlocked.CompareExchange(ref _balance, balance, seen);
            if (found == seen)
            {
                break;
            }

            seen = found;
        }

        MoveRefill(now);
        Volatile.Write(ref _rate, rate);

        // Who waits is looked at again, and noted where that is the one that lacks now.
        Volatile.Write(ref _emptyUntil, long.MinValue / 2);
    }

    private static long OwedAfter(long owed, long from, long to) =>
        from is 0 or Unlimited || to is 0 or Unlimited || to > from ? owed : (long)((Int128)owed * to / from);

    /// <summary>What is due before this time is no more to be had. A moment that another has reached already stays.</summary>
    private void MoveRefill(long now)
    {
        long seen = Volatile.Read(ref _refilledAt);
        while (seen < now)
        {
            long found = Interlocked.CompareExchange(ref _refilledAt, now, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }

    private static long Clamp(Int128 value) => value > long.MaxValue / 2 ? long.MaxValue / 2 : (long)value;

    /// <summary>Adds what has become due. Of several at once one does it.</summary>
    private void Refill(long now)
    {
        long last = Volatile.Read(ref _refilledAt);
        long elapsed = now - last;
        long rate = Rate;
        if (elapsed <= 0 || rate is 0 or Unlimited || (elapsed < _frequency / RefillsPerSecond && Volatile.Read(ref _balance) > 0))
        {
            return;
        }

        RefillBy(last, now, rate);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RefillBy(long last, long now, long rate)
    {
        long elapsed = (Share is { } share ? Math.Min(now, share.Until) : now) - last;
        if (elapsed <= 0)
        {
            return;
        }

        long due = Clamp((Int128)elapsed * rate / _frequency);
        if (due == 0)
        {
            return;
        }

        // Rounded up, so that fractions of a byte never add up to more than the rate.
        long spent = Math.Min(elapsed, Clamp((((Int128)due * _frequency) + rate - 1) / rate));
        if (Interlocked.CompareExchange(ref _refilledAt, last + spent, last) == last)
        {
            Fill(due);
        }
    }

    private void Fill(long bytes)
    {
        long depth = Volatile.Read(ref _depth);
        long seen = Volatile.Read(ref _balance);
        while (seen < depth)
        {
            long found = Interlocked.CompareExchange(ref _balance, (long)Int128.Min((Int128)seen + bytes, depth), seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }
}
