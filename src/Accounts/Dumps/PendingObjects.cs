using System.Collections.Concurrent;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Dumps;

/// <summary>
/// A store as it will be once a dump is loaded, for those who check the dump's objects: what the dump holds is there, as the dump has it. It is read only.
/// What others are asked for is remembered for as long as the load takes.
/// </summary>
internal sealed class PendingObjects(IObjectStore store) : IObjectStore
{
    private readonly Dictionary<ObjectKey, ReadOnlyMemory<byte>> _pending = [];
    private readonly ConcurrentDictionary<ObjectKey, StoredObject?> _known = [];

    /// <summary>False if there is one already.</summary>
    public bool TryAdd(ObjectKey key, ReadOnlyMemory<byte> json) => _pending.TryAdd(key, json);

    /// <summary>What it has become.</summary>
    public void Replace(ObjectKey key, ReadOnlyMemory<byte> json) => _pending[key] = json;

    /// <summary>It is not loaded.</summary>
    public void Remove(ObjectKey key) => _pending.Remove(key);

    public bool Contains(ObjectKey key) => _pending.ContainsKey(key);

    public async ValueTask<StoredObject?> FindAsync(ObjectKey key, CancellationToken ct)
    {
        IReadOnlyList<StoredObject> found = await FindManyAsync(key.Kind, [key.Name], ct).ConfigureAwait(false);
        return found.Count == 0 ? null : found[0];
    }

    public async ValueTask<IReadOnlyList<StoredObject>> FindManyAsync(ObjectKind kind, IReadOnlyCollection<string> names, CancellationToken ct)
    {
        var found = new List<StoredObject>(names.Count);
        var unknown = new List<string>();
        foreach (string name in names.Distinct(StringComparer.Ordinal))
        {
            var key = new ObjectKey(kind, name);
            if (_pending.TryGetValue(key, out ReadOnlyMemory<byte> json))
            {
                found.Add(new StoredObject(key, 0, 1, 0, "", json));
            }
            else if (!_known.TryGetValue(key, out StoredObject? known))
            {
                unknown.Add(name);
            }
            else if (known is not null)
            {
                found.Add(known);
            }
        }

        if (unknown.Count > 0)
        {
            found.AddRange(await AskAsync(kind, unknown, ct).ConfigureAwait(false));
        }

        return found;
    }

    public ValueTask<IReadOnlyList<StoredObject>> ListAsync(ObjectQuery query, CancellationToken ct) => store.ListAsync(query, ct);

    public ValueTask<long> CountAsync(ObjectKind kind, string? role, CancellationToken ct) => store.CountAsync(kind, role, ct);

    public ValueTask<IReadOnlyList<string>> ListReferringAsync(ObjectKey to, ObjectKind from, string? after, int limit, CancellationToken ct) =>
        store.ListReferringAsync(to, from, after, limit, ct);

    public ValueTask<IReadOnlyList<ObjectReference>> ListReferencesAsync(ObjectKind toKind, IReadOnlyCollection<string> toNames, ObjectKind fromKind, CancellationToken ct) =>
        store.ListReferencesAsync(toKind, toNames, fromKind, ct);

    public ValueTask<ObjectStoreResult> ApplyAsync(IReadOnlyList<ObjectChange> changes, CancellationToken ct) =>
        throw new InvalidOperationException("A dump is stored as a whole.");

    public ValueTask<long> GetStampAsync(CancellationToken ct) => store.GetStampAsync(ct);

    public ValueTask<ObjectChanges> ListChangesAsync(long since, CancellationToken ct) => store.ListChangesAsync(since, ct);

    private async ValueTask<IReadOnlyList<StoredObject>> AskAsync(ObjectKind kind, List<string> names, CancellationToken ct)
    {
        var found = new List<StoredObject>();
        foreach (string[] page in names.Chunk(IObjectStore.MaxPage))
        {
            found.AddRange(await store.FindManyAsync(kind, page, ct).ConfigureAwait(false));
        }

        names.ForEach(name => _known.TryAdd(new ObjectKey(kind, name), null));
        found.ForEach(one => _known[one.Key] = one);
        return found;
    }
}
