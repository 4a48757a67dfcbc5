using System.Runtime.InteropServices;

namespace Hpc.Actors.Limits.Bandwidth;

// The beat. The lock is held for as long as it takes: a few hundred nanoseconds for each turn.
internal sealed partial class BandwidthPacer
{
    private void OnTimer()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _armedFor = long.MaxValue;
            long now = _beatAt = Time.GetTimestamp();
            Volatile.Write(ref _beats, _beats + 1);
            try
            {
                Fault?.Invoke(null);
                Serve(now);
            }
#pragma warning disable CA1031 // Whatever goes wrong, the next beat goes on: nobody may wait for ever.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Volatile.Write(ref _faults, _faults + 1);
                BandwidthLog.BeatFaulted(_logger, error);
            }

            Arm(now);
        }
    }

    /// <summary>
    /// Gives turns until nobody may have one. Who had one goes behind all others; who may not have one keeps its place, so that it is first among those that one limit holds up.
    /// </summary>
    private void Serve(long now)
    {
        int kept = 0;
        bool looksAtAll = _looksAtAll;
        _looksAtAll = false;
        _again.Clear();
        Span<BandwidthScope> queue = CollectionsMarshal.AsSpan(_queue);
        for (int i = 0; i < queue.Length; i++)
        {
            BandwidthScope user = queue[i];
            if ((user.NotBefore > now && !looksAtAll) || !TryTurn(user, now))
            {
                Keep(user, ref kept, queue);
            }
            else
            {
                _again.Add(user);
            }
        }

        _queue.RemoveRange(kept, _queue.Count - kept);
        while (_again.Count > 0)
        {
            _next.Clear();
            foreach (BandwidthScope user in _again)
            {
                if (user.First is not null && TryTurn(user, now))
                {
                    _next.Add(user);
                }
                else
                {
                    // Who does not wait any more keeps the place until the next beat, by which a quick client is back.
                    _queue.Add(user);
                }
            }

            (_again, _next) = (_next, _again);
        }
    }

    private static void Keep(BandwidthScope user, ref int kept, Span<BandwidthScope> queue)
    {
        if (user.First is null)
        {
            user.IsQueued = false;
        }
        else
        {
            queue[kept++] = user;
        }
    }

    /// <summary>Gives the first transfer of a user its turn; false with the time of the next try if a limit holds it up.</summary>
    private bool TryTurn(BandwidthScope user, long now)
    {
        if (user.First is not { } wait)
        {
            return false;
        }

        BandwidthTransfer transfer = wait.Transfer;
        try
        {
            Fault?.Invoke(transfer);
            return TryTurn(user, wait, now);
        }
#pragma warning disable CA1031 // The transfer ends by it, and nobody else.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _faults, _faults + 1);
            BandwidthLog.TurnFaulted(_logger, user.Name, error);
            if (wait.IsWaiting)
            {
                Leave(wait);
                wait.Fail(error);
            }

            return true;
        }
    }

    private bool TryTurn(BandwidthScope user, BandwidthWait wait, long now)
    {
        long share = long.MaxValue;
        foreach (BandwidthScope scope in wait.Transfer.Path.Scopes)
        {
            if (!scope.IsLimited)
            {
                continue;
            }

            if (scope.BalanceAt(now) <= 0)
            {
                wait.Hold(scope);
                BandwidthScope.NoteEmpty(wait.Transfer.Path.Scopes, now);
                user.NotBefore = LookAt(scope, now);
                return false;
            }

            share = Math.Min(share, scope.ShareAt(now));
        }

        long bytes = share == long.MaxValue ? wait.Need : Math.Max(wait.Need, share);
        foreach (BandwidthScope scope in wait.Transfer.Path.Scopes)
        {
            scope.Take(bytes);
            scope.NoteTurn(wait.HeldBy, now);
            scope.NoteServed();
        }

        Leave(wait);
        wait.Transfer.Grant(bytes, now);
        wait.Complete(true);
        return true;
    }

    /// <summary>Has the timer fire for a user whose first wait is another one now.</summary>
    private void Arm(BandwidthScope user)
    {
        if (user.First is not null)
        {
            long now = Time.GetTimestamp();
            Arm(Math.Max(now, user.NotBefore), now);
        }
    }

    /// <summary>Has the timer fire when the first of those who wait is due.</summary>
    private void Arm(long now)
    {
        long due = long.MaxValue;
        foreach (BandwidthScope user in CollectionsMarshal.AsSpan(_queue))
        {
            due = user.First is null ? due : Math.Min(due, user.NotBefore);
        }

        Arm(due, now);
    }

    /// <summary>Has the timer fire at a time, but not sooner after the last beat than the least pause.</summary>
    private void Arm(long due, long now)
    {
        if (due == long.MaxValue || _isDisposed)
        {
            // At a rate of 0 nobody is due; another rate looks again.
            return;
        }

        due = Math.Clamp(due, _beatAt + _leastPause, Math.Max(now + _mostPause, _beatAt + _leastPause));
        if (due >= _armedFor)
        {
            return;
        }

        _armedFor = due;
        TimeSpan pause = Time.GetElapsedTime(now, Math.Max(now, due));
        _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }
}
