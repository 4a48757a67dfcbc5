using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Data.Memory;

internal sealed class StateObjectStore(StateHost host) : IObjectStore
{
    public ValueTask<StoredObject?> FindAsync(ObjectKey key, CancellationToken ct) => Read(state => state.Find(key), ct);

    public ValueTask<IReadOnlyList<StoredObject>> FindManyAsync(ObjectKind kind, IReadOnlyCollection<string> names, CancellationToken ct)
    {
        DataArguments.ThrowIfTooMany(names);
        return Read(state => state.FindMany(kind, names), ct);
    }

    public ValueTask<IReadOnlyList<StoredObject>> ListAsync(ObjectQuery query, CancellationToken ct)
    {
        DataArguments.ThrowIfInvalid(query);
        return Read(state => state.List(query), ct);
    }

    public ValueTask<long> CountAsync(ObjectKind kind, string? role, CancellationToken ct) => Read(state => state.CountOf(kind, role), ct);

    public ValueTask<IReadOnlyList<string>> ListReferringAsync(ObjectKey to, ObjectKind from, string? after, int limit, CancellationToken ct)
    {
        DataArguments.ThrowIfNoPage(limit);
        return Read(state => state.ListReferring(to, from, after, limit), ct);
    }

    public ValueTask<IReadOnlyList<ObjectReference>> ListReferencesAsync(
        ObjectKind toKind, IReadOnlyCollection<string> toNames, ObjectKind fromKind, CancellationToken ct)
    {
        DataArguments.ThrowIfTooMany(toNames);
        return Read(state => state.ListReferences(toKind, toNames, fromKind), ct);
    }

    public async ValueTask<ObjectStoreResult> ApplyAsync(IReadOnlyList<ObjectChange> changes, CancellationToken ct)
    {
        DataArguments.ThrowIfInvalid(changes);
        ct.ThrowIfCancellationRequested();
        ObjectStoreResult result;
        Task? kept = null;
        lock (host.Gate)
        {
            host.Journal?.ThrowIfClosed(changes.Sum(static change => (long)(change.Document?.Length ?? 0)));
            try
            {
                result = host.Objects.Apply(changes);
            }
            finally
            {
                host.ShowStamp();
            }

            if (result.Stored.Count > 0)
            {
                kept = host.Journal?.Write(changes, result);
            }
        }

        if (kept is not null)
        {
            await kept.ConfigureAwait(false);
        }

        return result;
    }

    public ValueTask<long> GetStampAsync(CancellationToken ct) => Read(state => state.Stamp, ct);

    public bool TryGetStampNow(out long stamp) => host.TryGetStamp(out stamp);

    public ValueTask<ObjectChanges> ListChangesAsync(long since, CancellationToken ct) => Read(state => state.ListChanges(since), ct);

    private ValueTask<T> Read<T>(Func<MemoryState, T> read, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        lock (host.Gate)
        {
            return ValueTask.FromResult(read(host.Objects));
        }
    }
}
