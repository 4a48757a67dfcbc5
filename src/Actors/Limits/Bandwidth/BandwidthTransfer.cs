using Hpc.Storage.Vfs.Bandwidth;

namespace Hpc.Actors.Limits.Bandwidth;

/// <summary>
/// A transfer under limits. What it was granted and has not used yet is its credit, already taken from all scopes: operations that are smaller than their turn take it bit by bit,
/// without asking anybody.
/// </summary>
internal sealed class BandwidthTransfer(BandwidthPath path) : ITransferPace
{
    // Changed by whoever moves bytes and by the pacer, by interlocked steps.
    private long _credit;
    private long _creditUntil;
    private bool _isEnded;

    // The wait that is used again, if nobody uses it.
    private BandwidthWait? _spare;

    public BandwidthPath Path => path;

    /// <summary>Under the pacer's lock: its file is closed.</summary>
    public bool IsEnded => Volatile.Read(ref _isEnded);

    /// <summary>The period in which it was counted last; under the pacer's lock.</summary>
    public long CountedIn { get; set; } = -1;

    public long Credit => Volatile.Read(ref _credit);

    public long? Rate => path.RateOfNext;

    public int LengthOf(int most) => path.LengthOf(most);

    public long TryTake(long least, long most)
    {
        long now = path.Pacer.Time.GetTimestamp();
        long credit = CreditAt(now);
        if (credit == 0)
        {
            return path.TryDraw(least, most, now);
        }

        if (credit < most)
        {
            credit = TopUp(credit, least, most, now);
        }

        while (credit >= least && credit > 0)
        {
            long taken = Math.Min(credit, most);
            long found = Interlocked.CompareExchange(ref _credit, credit - taken, credit);
            if (found == credit)
            {
                return taken;
            }

            credit = found;
        }

        return 0;
    }

    public int Prepare(int least, int most)
    {
        long now = path.Pacer.Time.GetTimestamp();
        long credit = CreditAt(now);
        if (credit < most)
        {
            credit = TopUp(credit, least, most, now);
        }

        return credit >= least ? (int)Math.Min(credit, most) : 0;
    }

    public ValueTask<bool> WaitAsync(int least, CancellationToken ct) => path.Pacer.WaitAsync(this, least, ct);

    public void Give(long bytes)
    {
        if (bytes > 0)
        {
            path.GiveBack(bytes);
        }
    }

    public void Keep(long bytes)
    {
        if (bytes <= 0)
        {
            return;
        }

        Grant(bytes, path.Pacer.Time.GetTimestamp());
        if (IsEnded)
        {
            // Whoever ended it may have looked before.
            GiveUpCredit();
        }
    }

    /// <summary>Adds what was taken from all scopes.</summary>
    public void Grant(long bytes, long now)
    {
        // So long does using it take at the lowest rate, and not longer than that and a tenth of a second may it be kept for later.
        long rate = path.LowestRate;
        double seconds = 0.1 + (rate is 0 or BandwidthScope.Unlimited ? 0 : (double)bytes / rate);
        double ticks = Math.Min(seconds * path.Pacer.Time.TimestampFrequency, long.MaxValue / 4);

        // What was there already is kept no longer by it than its part of the whole: who adds a little at a time hoards nothing.
        long credit = Math.Max(0, Credit);
        double left = credit == 0 ? 0 : Math.Max(0, Volatile.Read(ref _creditUntil) - now);
        Volatile.Write(ref _creditUntil, now + (long)(((left * credit) + (ticks * bytes)) / ((double)credit + bytes)));
        Interlocked.Add(ref _credit, bytes);
    }

    public void Dispose() => path.Pacer.End(this);

    /// <summary>The pacer's lock is held.</summary>
    public void SetEnded()
    {
        Volatile.Write(ref _isEnded, true);
        GiveUpCredit();
    }

    /// <summary>A wait that nobody uses. The pacer's lock is held.</summary>
    public BandwidthWait TakeWait() => Interlocked.Exchange(ref _spare, null) ?? new BandwidthWait(this);

    /// <summary>Takes a wait back that is over.</summary>
    public void ReturnWait(BandwidthWait wait) => Volatile.Write(ref _spare, wait);

    private long CreditAt(long now)
    {
        long credit = Credit;
        if (credit > 0 && (now > Volatile.Read(ref _creditUntil) || path.LowestRate == 0))
        {
            GiveUpCredit();
            return Credit;
        }

        return credit;
    }

    private void GiveUpCredit()
    {
        long credit = Interlocked.Exchange(ref _credit, 0);
        if (credit > 0)
        {
            path.GiveBack(credit);
        }
    }

    private long TopUp(long credit, long least, long most, long now)
    {
        long drawn = path.TryDraw(Math.Max(1, least - credit), most - credit, now);
        if (drawn > 0)
        {
            Grant(drawn, now);
        }

        return Credit;
    }
}
