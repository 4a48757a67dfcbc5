using Hpc.Actors.Cluster;

namespace Hpc.Actors.Defender;

// Bans that this node has in common with others.
public sealed partial class MemoryBoard
{
    // Ends that are told differ by what a notice takes.
    private static readonly TimeSpan Blur = TimeSpan.FromSeconds(3);

    /// <summary>True if there are bans that nobody else knows of for certain.</summary>
    internal bool HasUntold
    {
        get
        {
            lock (_gate)
            {
                EndBans(_automatic, Now);
                EndBans(_byHand, Now);
                return _automatic.Count + _byHand.Count > 0;
            }
        }
    }

    /// <summary>As <see cref="IsBanned"/>, and once a minute the host's return counts: a ban that all nodes know of grows there, any other one here.</summary>
    /// <param name="host">Who has come.</param>
    /// <param name="growsHere">False leaves a ban that is not known to all as it is.</param>
    /// <param name="growsThere">True if all nodes are to be told.</param>
    internal bool IsBannedOnReturn(HostKey host, bool growsHere, out bool growsThere)
    {
        growsThere = false;
        long now = Now;
        if (Volatile.Read(ref _banned) == 0 || !_bans.TryGetValue(host, out HostBan? ban) || ban.End <= now)
        {
            return false;
        }

        bool isOfAll = ban.Source == BanSource.Cluster;
        if (_options.BanTimeIncrement > 0 && (growsHere || isOfAll) && MayGrow(ban, now))
        {
            lock (_gate)
            {
                if (MayGrow(ban, now) && _bans.TryGetValue(host, out HostBan? same) && ReferenceEquals(same, ban))
                {
                    ban.GrownAt = now;
                    growsThere = isOfAll;
                    if (!isOfAll)
                    {
                        SetBan(host, Math.Max(ban.End, Math.Min(ban.End + _options.Increment.Ticks, now + _options.LongestBan.Ticks)), ban.Source);
                    }
                }
            }
        }

        return true;
    }

    /// <summary>Puts in force a ban that all nodes know of, with the end that they know; true if it begins by that.</summary>
    internal bool Impose(HostKey host, TimeSpan left)
    {
        lock (_gate)
        {
            long now = Now;
            HostBan? before = _bans.GetValueOrDefault(host);
            if (left <= TimeSpan.Zero)
            {
                if (before is { Source: BanSource.Cluster })
                {
                    RemoveBan(host);
                }

                return false;
            }

            _points.Remove(host, out _);
            long end = now + Math.Min(left.Ticks, _options.LongestBan.Ticks);
            bool isNew = before is null || before.End <= now;
            if (isNew)
            {
                MakeRoomForOthers(now);
                SetBan(host, end, BanSource.Cluster);
            }
            else
            {
                // A longer one that the others do not know of stays, and is told to them.
                if (before!.Source == BanSource.Cluster || before.End <= end + Blur.Ticks)
                {
                    Follow(host, before, now, end);
                }

                return false;
            }
        }

        Tell(host);
        return true;
    }

    /// <summary>Ends the bans that all nodes knew of and that are not among those which they know; how many they were.</summary>
    internal int EndOthers(IReadOnlySet<HostKey> known)
    {
        lock (_gate)
        {
            HostKey[] gone = [.. _ofCluster.Where(ban => !known.Contains(ban.Host)).Select(static ban => ban.Host)];
            foreach (HostKey host in gone)
            {
                RemoveBan(host);
            }

            return gone.Length;
        }
    }

    /// <summary>Bans that nobody else knows of for certain, at most so many: those by hand first, and of each those that last longest.</summary>
    internal IReadOnlyList<HostKey> ListUntold(int limit)
    {
        lock (_gate)
        {
            EndBans(_automatic, Now);
            EndBans(_byHand, Now);
            return [.. _byHand.Reverse().Concat(_automatic.Reverse()).Take(limit).Select(static ban => ban.Host)];
        }
    }

    /// <summary>A ban that nobody else knows of for certain: its end by this node's clock, and what is left of it; null if it is none.</summary>
    internal (long End, TimeSpan Left)? FindUntold(HostKey host)
    {
        lock (_gate)
        {
            long now = Now;
            return _bans.TryGetValue(host, out HostBan? ban) && ban.Source != BanSource.Cluster && ban.End > now ? (ban.End, TimeSpan.FromTicks(ban.End - now)) : null;
        }
    }

    /// <summary>Nobody knows any more of the bans that all nodes knew of. None of them is forgotten for want of room.</summary>
    internal void MarkAllUntold()
    {
        lock (_gate)
        {
            EndBans(_ofCluster, Now);
            foreach ((long end, HostKey host) in _ofCluster.ToArray())
            {
                SetBan(host, end, BanSource.Hand);
            }
        }
    }

    /// <summary>All nodes know now of a ban with this end; one that has become longer meanwhile, or has begun anew, is not told by that.</summary>
    internal void MarkTold(HostKey host, long end)
    {
        lock (_gate)
        {
            long now = Now;
            if (_bans.TryGetValue(host, out HostBan? ban) && ban.Source != BanSource.Cluster && ban.End == end && end > now)
            {
                Follow(host, ban, now, ban.End);
            }
        }
    }

    private void Follow(HostKey host, HostBan before, long now, long end)
    {
        if (before.Source != BanSource.Cluster)
        {
            MakeRoomForOthers(now);
        }

        bool hasGrown = Math.Abs(end - before.End - _options.Increment.Ticks) <= Blur.Ticks;
        HostBan ban = SetBan(host, end, BanSource.Cluster);
        if (hasGrown && MayGrow(ban, now))
        {
            // For a return that another node has told: it does not count a second time.
            ban.GrownAt = now;
        }
    }

    private void MakeRoomForOthers(long now)
    {
        EndBans(_ofCluster, now);
        while (_ofCluster.Count >= ClusterRules.MaxBans)
        {
            RemoveBan(_ofCluster.Min.Host);
            Volatile.Write(ref _forgotten, _forgotten + 1);
        }
    }
}
