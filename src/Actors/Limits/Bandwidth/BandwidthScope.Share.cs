namespace Hpc.Actors.Limits.Bandwidth;

// What a limit that nodes share tells of its use here. Written with the pacer's lock held, read by anybody: what is read may be a moment old.
public sealed partial class BandwidthScope
{
    private IScopeShare? _share;
    private long _emptyAt = long.MinValue / 2;
    private long _emptyUntil = long.MinValue / 2;

    // Those who had turns in this period of a second and in the one before: transfers, or users where several share it.
    private long _period = -1;
    private int _usersNow;
    private int _usersBefore;

    /// <summary>This node's part of the limit; null if the node has the whole of it.</summary>
    internal IScopeShare? Share
    {
        get => Volatile.Read(ref _share);
        set => Volatile.Write(ref _share, value);
    }

    /// <summary>
    /// Notes at the scopes of a way what those who wait there lack: the one that lets them go on as the last of all. What others along the way owe is paid by then,
    /// and a larger share of them would lie idle.
    /// </summary>
    internal static void NoteEmpty(BandwidthScope[] scopes, long now)
    {
        bool isShared = false;
        long last = now;
        foreach (BandwidthScope scope in scopes)
        {
            isShared |= scope.Share is not null;
        }

        for (int i = 0; i < scopes.Length && isShared; i++)
        {
            last = Math.Max(last, scopes[i].TurnAt(now));
        }

        foreach (BandwidthScope scope in scopes)
        {
            if (scope.Share is not null && scope.TurnAt(now) >= last && scope.BalanceAt(now) <= 0)
            {
                scope.NoteEmpty(now);
            }
        }
    }

    /// <summary>Notes it if nothing is left after a turn of somebody who waited for this scope.</summary>
    internal void NoteTurn(BandwidthScope? heldBy, long now)
    {
        if (ReferenceEquals(heldBy, this) && Volatile.Read(ref _balance) <= 0)
        {
            NoteEmpty(now);
        }
    }

    /// <summary>True if somebody waits because nothing is left, or did so shortly before.</summary>
    internal bool IsStarvedAt(long now, long memory) =>
        now - Volatile.Read(ref _emptyAt) < memory || (Waiting > 0 && IsLimited && now - Volatile.Read(ref _emptyUntil) < memory);

    /// <summary>Those who share it now or did so within the last second or two; at least 1.</summary>
    internal int UsersAt(long now)
    {
        long age = PeriodOf(now) - Volatile.Read(ref _period);
        int lately = age == 0 ? Math.Max(_usersNow, _usersBefore) : age == 1 ? _usersNow : 0;
        return Math.Max(1, Math.Max(Volatile.Read(ref _turns), lately));
    }

    /// <summary>Counts a transfer that waits at its user, once a period, and its user further along the way.</summary>
    internal static void CountUse(BandwidthTransfer transfer, long now)
    {
        BandwidthScope[] scopes = transfer.Path.Scopes;
        long period = scopes[0].PeriodOf(now);
        if (transfer.CountedIn == period)
        {
            return;
        }

        transfer.CountedIn = period;
        if (scopes[0].CountUser(period) > 1)
        {
            return;
        }

        for (int i = 1; i < scopes.Length; i++)
        {
            scopes[i].CountUser(period);
        }
    }

    /// <summary>About when somebody who begins to wait has a turn here: users that are held up here have theirs before. The transfers of one user are no others to each other.</summary>
    private long TurnAt(long now)
    {
        long rate = Rate;
        if (rate == Unlimited)
        {
            return now;
        }

        long due = DueAt(now);
        Int128 before = Kind == BandwidthScopeKind.Group && rate > 0 ? (Int128)_held * Math.Max(_largest, _largestBefore) * _frequency / rate : 0;
        return Math.Max(due, now + Clamp(before));
    }

    private void NoteEmpty(long now)
    {
        if (Share is { } share)
        {
            Volatile.Write(ref _emptyAt, now);
            Volatile.Write(ref _emptyUntil, DueAt(now));
            share.Starve();
        }
    }

    private long PeriodOf(long now) => now / _frequency;

    private int CountUser(long period)
    {
        if (period != _period)
        {
            _usersBefore = period == _period + 1 ? _usersNow : 0;
            _usersNow = 0;
            Volatile.Write(ref _period, period);
        }

        return ++_usersNow;
    }
}
