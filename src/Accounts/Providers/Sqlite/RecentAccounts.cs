using System.Collections.Concurrent;

namespace Hpc.Accounts.Sqlite;

/// <summary>
/// Accounts that were read a moment ago, each with the store's change stamp from before it was read. One is good as long as the stamp is the same;
/// after any commit, of whatever it was, it is read anew. Names that no user has are not remembered.
/// </summary>
internal sealed class RecentAccounts
{
    /// <summary>Accounts that are remembered; about a kilobyte each.</summary>
    public const int Capacity = 4096;

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>The account, if it was read when the store's stamp was this one.</summary>
    public UserAccount? Find(string userName, long stamp) =>
        _entries.TryGetValue(userName, out Entry? entry) && entry.Stamp == stamp ? entry.Account : null;

    /// <summary>Remembers an account that was read after the store's stamp was this one. Full: all are forgotten, and come back as they are asked for.</summary>
    public void Add(UserAccount account, long stamp)
    {
        if (Volatile.Read(ref _count) >= Capacity)
        {
            Clear();
        }

        if (_entries.TryAdd(account.UserName, new Entry(account, stamp)))
        {
            Interlocked.Increment(ref _count);
        }
        else
        {
            // Of two that read at once the later one may win with what is older; its stamp is older too.
            _entries[account.UserName] = new Entry(account, stamp);
        }
    }

    /// <summary>Forgets one account, as one that the store no longer has.</summary>
    public void Remove(string userName)
    {
        if (_entries.TryRemove(userName, out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }

    private void Clear()
    {
        foreach ((string userName, _) in _entries)
        {
            Remove(userName);
        }
    }

    private sealed record Entry(UserAccount Account, long Stamp);
}
