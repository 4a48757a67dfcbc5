using System.Diagnostics.CodeAnalysis;

namespace Hpc.Accounts.Sqlite;

/// <summary>
/// Accounts that were read a moment ago, while the store had one change stamp. They are good for a minute, as long as the stamp is the same;
/// after any commit, of whatever it was, all are forgotten and read anew. Names that no user has are not remembered.
/// </summary>
internal sealed class RecentAccounts(TimeProvider time)
{
    /// <summary>Accounts that are remembered; about a kilobyte each.</summary>
    public const int Capacity = 4096;

    /// <summary>For how long an account is told without being read, whatever the stamp says: what a stamp misses does not stay for longer.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    // Held for the microsecond of a look-up.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long? _stamp;

    /// <summary>Accounts that are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>The account, if it was read when the store's stamp was this one, which is the newest.</summary>
    public bool TryFind(string userName, long stamp, [NotNullWhen(true)] out UserAccount? account)
    {
        lock (_gate)
        {
            BelongTo(stamp);
            account = _entries.TryGetValue(userName, out Entry? entry) && time.GetElapsedTime(entry.ReadAt) < Lifetime ? entry.Account : null;
        }

        return account is not null;
    }

    /// <summary>
    /// Remembers an account that was read after the store's stamp was this one. Full: all are forgotten, and come back as they are asked for.
    /// A stamp that is not the newest any more makes it one that is forgotten at the next look.
    /// </summary>
    public void Add(UserAccount account, long stamp)
    {
        lock (_gate)
        {
            BelongTo(stamp);
            if (_entries.Count >= Capacity)
            {
                _entries.Clear();
            }

            _entries[account.UserName] = new Entry(account, time.GetTimestamp());
        }
    }

    /// <summary>Forgets one account, as one that the store no longer has.</summary>
    public void Remove(string userName)
    {
        lock (_gate)
        {
            _entries.Remove(userName);
        }
    }

    private void BelongTo(long stamp)
    {
        if (_stamp != stamp)
        {
            _entries.Clear();
            _stamp = stamp;
        }
    }

    private sealed record Entry(UserAccount Account, long ReadAt);
}
