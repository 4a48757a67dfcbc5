using System.Diagnostics.CodeAnalysis;
using Hpc.Accounts.Data;
using Hpc.Accounts.Groups;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Lookup;

/// <summary>
/// Accounts made of what a data provider holds: one indexed query for a user, groups and folders from memory where they were read before.
/// An account is made once and stays the same object until the user, or a group or a folder that it is made of, changes.
/// </summary>
public sealed class AccountDirectory : IAccountDirectory, IAccountChangeListener, IChangeSink, IDisposable
{
    // A user who changes faster than it is read is told as it was read last.
    private const int MaxReads = 3;

    private readonly ILogger _logger;
    private readonly ChangeFeed _feed;
    private readonly ObjectCache<Group> _groups;
    private readonly ObjectCache<Folder> _folders;
    private readonly CacheTable<Entry> _table;

    /// <summary>Makes a directory. It does not dispose the store.</summary>
    public AccountDirectory(IObjectStore store, AccountDirectoryOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        _logger = loggers.CreateLogger<AccountDirectory>();
        _feed = new ChangeFeed(store, options, time, loggers.CreateLogger<ChangeFeed>());
        _groups = new ObjectCache<Group>(_feed, ObjectKind.Group, AccountsJson.Default.Group, _logger);
        _folders = new ObjectCache<Folder>(_feed, ObjectKind.Folder, AccountsJson.Default.Folder, _logger);
        _table = new CacheTable<Entry>(options.Capacity, options.MaxBytes);
        _feed.Add(this);
    }

    /// <summary>What the directory learns of changes, for caches of other kinds (<see cref="ObjectCache{T}"/>).</summary>
    public ChangeFeed Feed => _feed;

    /// <summary>Accounts in memory.</summary>
    internal int Count => _table.Count;

    /// <summary>See <see cref="ChangeFeed.Start"/>.</summary>
    public void Start() => _feed.Start();

    /// <inheritdoc/>
    public ValueTask<UserAccount?> FindAsync(string userName, CancellationToken ct) =>
        TryFindNow(userName, out UserAccount? account) ? new(account) : ReadAsync(userName, ct);

    /// <inheritdoc/>
    public async ValueTask<bool> ExistsAsync(string userName, CancellationToken ct) =>
        await _feed.Store.FindAsync(new ObjectKey(ObjectKind.User, userName), ct).ConfigureAwait(false) is not null;

    /// <inheritdoc/>
    public bool TryFindNow(string userName, [NotNullWhen(true)] out UserAccount? user)
    {
        if (_feed.IsCurrent() && _table.TryFind(userName, out Entry? entry))
        {
            LookupMetrics.Hit();
            user = entry.Account;
            return true;
        }

        user = null;
        return false;
    }

    /// <inheritdoc/>
    public ValueTask<long> GetChangeStampAsync(CancellationToken ct) => _feed.GetChangeStampAsync(ct);

    /// <inheritdoc/>
    public ValueTask<ObjectChanges> ListChangesAsync(long since, CancellationToken ct) => _feed.ListChangesAsync(since, ct);

    /// <inheritdoc/>
    public ValueTask ChangedAsync(IReadOnlyList<ObjectKey> keys, CancellationToken ct) => _feed.ChangedAsync(keys, ct);

    /// <summary>Stops asking the store.</summary>
    public void Dispose() => _feed.Dispose();

    /// <inheritdoc/>
    void IChangeSink.Invalidate(IReadOnlyCollection<ObjectKey>? keys)
    {
        if (keys is null)
        {
            _table.SuspectAll();
            return;
        }

        HashSet<string> users = keys.Where(static key => key.Kind == ObjectKind.User).Select(static key => key.Name).ToHashSet(StringComparer.Ordinal);
        HashSet<ObjectKey> parts = keys.Where(static key => key.Kind is ObjectKind.Group or ObjectKind.Folder).ToHashSet();
        if (users.Count > 0)
        {
            _table.Suspect(users);
        }

        if (parts.Count > 0)
        {
            _table.Suspect(entry => entry.Parts.Any(part => parts.Contains(part.Key)));
        }
    }

    private async ValueTask<UserAccount?> ReadAsync(string userName, CancellationToken ct)
    {
        await _feed.EnsureCurrentAsync(ct).ConfigureAwait(false);
        if (_table.TryFind(userName, out Entry? known))
        {
            LookupMetrics.Hit();
            return known.Account;
        }

        LookupMetrics.Miss();
        for (int reads = 1; ; reads++)
        {
            long stamp = _feed.Stamp;
            (Entry? entry, bool isMixed) = await ReadOnceAsync(userName, stamp, ct).ConfigureAwait(false);
            if (!isMixed || reads == MaxReads)
            {
                return entry?.Account;
            }

            // Changed after the groups and folders in memory were known to be right: they may have changed together.
            await _feed.CatchUpAsync(ct).ConfigureAwait(false);
        }
    }

    private async ValueTask<(Entry? Entry, bool IsMixed)> ReadOnceAsync(string userName, long stamp, CancellationToken ct)
    {
        CacheTable<Entry>.Reading reading = _table.Begin([userName]);
        try
        {
            StoredObject? stored = await _feed.Store.FindAsync(new ObjectKey(ObjectKind.User, userName), ct).ConfigureAwait(false);
            if (stored is null)
            {
                _table.Remove(userName);
                return (null, false);
            }

            if (!StoredJson.TryRead(stored, AccountsJson.Default.User, out User? user, out string error))
            {
                LookupLog.ObjectUnreadable(_logger, ObjectKind.User, userName, error);
                return (null, false);
            }

            (Entry? entry, long newest) = await MakeAsync(stored, user, ct).ConfigureAwait(false);
            bool isMixed = newest > stamp;
            if (entry is not null && !isMixed)
            {
                entry = SameAsBefore(entry);
                _table.Add(reading, userName, entry, stored.Document.Length);
            }

            return (entry, isMixed);
        }
        finally
        {
            _table.End(reading);
        }
    }

    private async ValueTask<(Entry? Entry, long Newest)> MakeAsync(StoredObject stored, User user, CancellationToken ct)
    {
        IReadOnlyList<string> groupNames = EffectiveUser.GroupsOf(user);
        IReadOnlyDictionary<string, CachedObject<Group>> groups = await _groups.FindManyAsync(groupNames, ct).ConfigureAwait(false);
        Dictionary<string, Group> groupsByName = ValuesOf(groups);
        IReadOnlyList<string> folderNames = EffectiveUser.FoldersOf(user, groupsByName);
        IReadOnlyDictionary<string, CachedObject<Folder>> folders = await _folders.FindManyAsync(folderNames, ct).ConfigureAwait(false);

        Part[] parts =
        [
            new(stored.Key, stored.Stamp, StoredDigest.Of(stored)),
            .. groupNames.Select(name => PartOf(ObjectKind.Group, name, groups.GetValueOrDefault(name))),
            .. folderNames.Select(name => PartOf(ObjectKind.Folder, name, folders.GetValueOrDefault(name))),
        ];
        long newest = parts.Max(static part => part.Stamp);
        if (EffectiveUser.TryCreate(user, groupsByName, ValuesOf(folders), newest, out UserAccount account, out string error))
        {
            foreach (FolderMount mount in account.Folders.Where(static mount => mount.LacksRole))
            {
                LookupLog.FolderLacksRole(_logger, mount.FolderName, account.UserName);
            }

            return (new Entry(account, parts), newest);
        }

        LookupLog.AccountUnusable(_logger, stored.Key.Name, error);
        return (null, newest);
    }

    // What was read again and is still the same stays the same object.
    private Entry SameAsBefore(Entry entry) =>
        _table.FindAny(entry.Account.UserName) is { } before && before.Parts.AsSpan().SequenceEqual(entry.Parts) ? before : entry;

    private static Part PartOf<T>(ObjectKind kind, string name, CachedObject<T>? cached)
        where T : class => new(new ObjectKey(kind, name), cached?.Stamp ?? 0, cached?.Digest ?? 0);

    private static Dictionary<string, T> ValuesOf<T>(IReadOnlyDictionary<string, CachedObject<T>> objects)
        where T : class => objects.ToDictionary(static entry => entry.Key, static entry => entry.Value.Value, StringComparer.Ordinal);

    /// <summary>An account and what it is made of.</summary>
    private sealed record Entry(UserAccount Account, Part[] Parts);

    /// <summary>An object with its stamp and content; 0 if it is not there. A restored database may give a stamp again.</summary>
    private readonly record struct Part(ObjectKey Key, long Stamp, UInt128 Digest);
}
