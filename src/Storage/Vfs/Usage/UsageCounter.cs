namespace Hpc.Storage.Vfs.Usage;

/// <summary>
/// One count of a ledger. The data plane takes and gives without a lock; the control plane sets the ceiling, up to which this node has reserved:
/// what a crash of this node can lose count of at most. Nothing can be taken before the control plane has loaded the count;
/// what is given back or added before that is kept as a difference.
/// </summary>
/// <param name="fence">Until when anything with a limit may be taken; null for ever.</param>
public sealed class UsageCounter(UsageFence? fence = null)
{
    private const long NotLoaded = long.MinValue;

    private volatile bool _isShared;
    private long _value;
    private long _ceiling = NotLoaded;
    private long _changes;

    // The control plane's own.
    private long _settled;

    /// <summary>What is in use, as far as this node knows.</summary>
    public long Value => Math.Max(0, Volatile.Read(ref _value));

    /// <summary>Up to where this node may take without asking the store.</summary>
    public long Ceiling => Math.Max(0, Volatile.Read(ref _ceiling));

    /// <summary>True once the control plane has set a ceiling.</summary>
    public bool IsLoaded => Volatile.Read(ref _ceiling) != NotLoaded;

    /// <summary>How often something was taken, given back or added. The same number before and after says that nothing was in between.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>Whether others may have given back what is not known here yet: then a limit that seems to be reached is for the store to say, which is asked by reserving.</summary>
    public void SetShared(bool isShared) => _isShared = isShared;

    /// <summary>Takes all of <paramref name="amount"/> or nothing.</summary>
    /// <param name="amount">At least 0.</param>
    /// <param name="limit">Most that may be in use; 0 is no limit.</param>
    public TakeOutcome TryTake(long amount, long limit)
    {
        while (true)
        {
            long ceiling = Volatile.Read(ref _ceiling);
            long seen = Volatile.Read(ref _value);
            long value = Math.Max(0, seen);
            if (amount > long.MaxValue - value)
            {
                return TakeOutcome.LimitReached;
            }

            if (limit > 0 && value + amount > limit && ceiling != NotLoaded)
            {
                return _isShared ? TakeOutcome.NeedsReservation : TakeOutcome.LimitReached;
            }

            if (limit > 0 && fence is { IsOver: true })
            {
                return TakeOutcome.NeedsReservation;
            }

            if (amount == 0)
            {
                return ceiling != NotLoaded || limit == 0 ? TakeOutcome.Taken : TakeOutcome.NeedsReservation;
            }

            if (value + amount > ceiling)
            {
                return TakeOutcome.NeedsReservation;
            }

            if (Interlocked.CompareExchange(ref _value, value + amount, seen) != seen)
            {
                continue;
            }

            // The ceiling may have been lowered in between: then either this sees it, or who lowered it sees the new value (LowerCeiling).
            if (value + amount <= Volatile.Read(ref _ceiling))
            {
                Interlocked.Increment(ref _changes);
                return TakeOutcome.Taken;
            }

            Give(amount);
        }
    }

    /// <summary>Gives back; a count that is loaded never falls below 0, which files that were there before they were counted could otherwise cause.</summary>
    public void Give(long amount)
    {
        Interlocked.Increment(ref _changes);
        while (true)
        {
            long seen = Volatile.Read(ref _value);
            long value = IsLoaded ? Math.Max(0, seen - amount) : seen - amount;
            if (Interlocked.CompareExchange(ref _value, value, seen) == seen)
            {
                return;
            }
        }
    }

    /// <summary>Adds what is there already, whatever limit and ceiling say: a file grew behind the server's back, or more was written than was taken.</summary>
    public void Add(long amount)
    {
        Interlocked.Increment(ref _changes);
        Interlocked.Add(ref _value, amount);
    }

    /// <summary>Sets up to where may be taken; the control plane alone calls it, one caller at a time. To a lower one only by <see cref="LowerCeiling"/>.</summary>
    public void SetCeiling(long ceiling) => Volatile.Write(ref _ceiling, ceiling);

    /// <summary>
    /// Lowers the ceiling to the value and <paramref name="room"/> more, if it is above that; the control plane alone calls it.
    /// Returns what is in use after that: from then on nothing is taken above this and <paramref name="room"/>, or above the value itself.
    /// </summary>
    public long LowerCeiling(long room)
    {
        if (IsLoaded)
        {
            long value = Value;
            long ceiling = room > long.MaxValue - value ? long.MaxValue : value + room;
            if (ceiling < Volatile.Read(ref _ceiling))
            {
                Interlocked.Exchange(ref _ceiling, ceiling);
            }
        }

        return Volatile.Read(ref _value);
    }

    /// <summary>What has changed since the store was told last, at a value that <see cref="LowerCeiling"/> returned; the control plane alone calls it.</summary>
    public long UnsettledAt(long value) => value - _settled;

    /// <summary>Takes for told what is in use at a value; the control plane alone calls it.</summary>
    public void TakeForTold(long value) => _settled = value;

    /// <summary>True if the store was not told all; the control plane alone calls it.</summary>
    public bool IsUnsettled => Volatile.Read(ref _value) != _settled;

    /// <summary>
    /// The store was told <paramref name="value"/>, has <paramref name="used"/> in use of all nodes and has reserved <paramref name="granted"/> for this one.
    /// What was taken and given since then stays on top. The control plane alone calls it.
    /// </summary>
    public void Settle(long value, long used, long granted)
    {
        Shift(used - value);
        _settled = used;
        Volatile.Write(ref _ceiling, granted > long.MaxValue - used ? long.MaxValue : used + granted);
    }

    /// <summary>Corrects what is in use by what a scan found, in the store as well as here; what is reserved stays as large. The control plane alone calls it.</summary>
    public void Correct(long change)
    {
        Shift(change);
        _settled += change;
    }

    // Above the ceiling nothing is taken: it goes down before the value, and up after it.
    private void Shift(long change)
    {
        long ceiling = Volatile.Read(ref _ceiling);
        bool isBounded = ceiling is not (NotLoaded or long.MaxValue);
        if (change < 0 && isBounded)
        {
            Interlocked.Exchange(ref _ceiling, ceiling + change);
        }

        if (change != 0)
        {
            Interlocked.Add(ref _value, change);
        }

        if (change > 0 && isBounded)
        {
            Interlocked.Exchange(ref _ceiling, ceiling + change);
        }
    }
}
