using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Lookup;

/// <summary>
/// Objects of one kind as they are stored, each read once until it changes. Names that are not there are not remembered, and objects that cannot be read are as if they were not there.
/// Safe for any number of callers at once.
/// </summary>
/// <typeparam name="T">Kind of the object.</typeparam>
public sealed class ObjectCache<T> : IChangeSink
    where T : class, IAccountObject
{
    private readonly ChangeFeed _feed;
    private readonly ObjectKind _kind;
    private readonly JsonTypeInfo<T> _json;
    private readonly ILogger _logger;
    private readonly CacheTable<CachedObject<T>> _table;

    /// <summary>An empty cache.</summary>
    /// <param name="feed">Says what changes; of the same store.</param>
    /// <param name="kind">What kind.</param>
    /// <param name="json">Of the kind, from <see cref="AccountsJson"/>.</param>
    /// <param name="logger">Gets what cannot be read.</param>
    public ObjectCache(ChangeFeed feed, ObjectKind kind, JsonTypeInfo<T> json, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(feed);
        _feed = feed;
        _kind = kind;
        _json = json;
        _logger = logger;
        _table = new(feed.Options.Capacity, feed.Options.MaxBytes);
        feed.Add(this);
    }

    /// <summary>The object of exactly this name without waiting; false says nothing about it. See <see cref="IAccountDirectory.TryFindNow"/>.</summary>
    public bool TryFindNow(string name, [NotNullWhen(true)] out CachedObject<T>? value)
    {
        value = null;
        return _feed.IsCurrent() && _table.TryFind(name, out value);
    }

    /// <summary>The object of exactly this name, or null: at most one indexed query.</summary>
    public async ValueTask<CachedObject<T>?> FindAsync(string name, CancellationToken ct)
    {
        await _feed.EnsureCurrentAsync(ct).ConfigureAwait(false);
        if (_table.TryFind(name, out CachedObject<T>? known))
        {
            return known;
        }

        CacheTable<CachedObject<T>>.Reading reading = _table.Begin([name]);
        try
        {
            StoredObject? stored = await _feed.Store.FindAsync(new ObjectKey(_kind, name), ct).ConfigureAwait(false);
            if (stored is not null)
            {
                return TakeIn(reading, stored);
            }

            _table.Remove(name);
            return null;
        }
        finally
        {
            _table.End(reading);
        }
    }

    /// <summary>Those of these names that are there, by name: at most one query for each <see cref="IObjectStore.MaxPage"/> of them.</summary>
    public async ValueTask<IReadOnlyDictionary<string, CachedObject<T>>> FindManyAsync(IReadOnlyCollection<string> names, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(names);
        var found = new Dictionary<string, CachedObject<T>>(names.Count, StringComparer.Ordinal);
        if (names.Count == 0)
        {
            return found;
        }

        await _feed.EnsureCurrentAsync(ct).ConfigureAwait(false);
        var missing = new List<string>();
        foreach (string name in names)
        {
            if (_table.TryFind(name, out CachedObject<T>? known))
            {
                found[name] = known;
            }
            else
            {
                missing.Add(name);
            }
        }

        foreach (string[] page in missing.Chunk(IObjectStore.MaxPage))
        {
            await ReadAsync(page, found, ct).ConfigureAwait(false);
        }

        return found;
    }

    /// <inheritdoc/>
    void IChangeSink.Invalidate(IReadOnlyCollection<ObjectKey>? keys)
    {
        if (keys is null)
        {
            _table.SuspectAll();
            return;
        }

        HashSet<string> names = keys.Where(key => key.Kind == _kind).Select(static key => key.Name).ToHashSet(StringComparer.Ordinal);
        if (names.Count > 0)
        {
            _table.Suspect(names);
        }
    }

    private async ValueTask ReadAsync(string[] names, Dictionary<string, CachedObject<T>> found, CancellationToken ct)
    {
        CacheTable<CachedObject<T>>.Reading reading = _table.Begin(names);
        try
        {
            foreach (StoredObject stored in await _feed.Store.FindManyAsync(_kind, names, ct).ConfigureAwait(false))
            {
                if (TakeIn(reading, stored) is { } value)
                {
                    found[stored.Key.Name] = value;
                }
            }
        }
        finally
        {
            _table.End(reading);
        }
    }

    private CachedObject<T>? TakeIn(CacheTable<CachedObject<T>>.Reading reading, StoredObject stored)
    {
        CachedObject<T>? before = _table.FindAny(stored.Key.Name);
        UInt128 digest = StoredDigest.Of(stored);
        bool isSame = before is not null && before.Stamp == stored.Stamp && before.Version == stored.Version && before.Id == stored.Id && before.Digest == digest;
        CachedObject<T>? value = isSame ? before : Read(stored, digest);
        if (value is not null)
        {
            _table.Add(reading, stored.Key.Name, value, stored.Document.Length);
        }

        return value;
    }

    private CachedObject<T>? Read(StoredObject stored, UInt128 digest)
    {
        if (StoredJson.TryRead(stored, _json, out T? value, out string error))
        {
            return new CachedObject<T>(value, stored.Id, stored.Version, stored.Stamp, stored.Role) { Digest = digest };
        }

        LookupLog.ObjectUnreadable(_logger, _kind, stored.Key.Name, error);
        return null;
    }
}
