using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Tests.Lookup;

/// <summary>Another store that counts what is asked of it, can be slow to answer, and need not tell its stamp at once.</summary>
internal sealed class SpyingObjectStore(IObjectStore inner) : IObjectStore
{
    public bool TellsNow { get; set; } = true;

    /// <summary>True until the stamp is asked for the long way, as of a store that has to look at its file now and then.</summary>
    public bool NeedsToBeAsked { get; set; }

    public bool ForgetsChanges { get; set; }

    public uint Generation { get; private set; }

    public Exception? Fault { get; set; }

    /// <summary>Awaited after an object was read and before it is answered.</summary>
    public Func<ObjectKey, Task>? AfterFind { get; set; }

    /// <summary>Awaited before changes are listed.</summary>
    public Func<Task>? BeforeChanges { get; set; }

    public int Finds { get; private set; }

    public int FindsOfMany { get; private set; }

    public int ChangeLists { get; private set; }

    /// <summary>Puts another store in the place of the one behind, as a restore does.</summary>
    public void Replace(IObjectStore other)
    {
        inner = other;
        Generation++;
    }

    public async ValueTask<StoredObject?> FindAsync(ObjectKey key, CancellationToken ct)
    {
        Finds++;
        ThrowIfFaulty();
        StoredObject? found = await inner.FindAsync(key, ct);
        if (AfterFind is { } wait)
        {
            await wait(key);
        }

        return found;
    }

    public ValueTask<IReadOnlyList<StoredObject>> FindManyAsync(ObjectKind kind, IReadOnlyCollection<string> names, CancellationToken ct)
    {
        FindsOfMany++;
        ThrowIfFaulty();
        return inner.FindManyAsync(kind, names, ct);
    }

    public ValueTask<IReadOnlyList<StoredObject>> ListAsync(ObjectQuery query, CancellationToken ct) => inner.ListAsync(query, ct);

    public ValueTask<long> CountAsync(ObjectKind kind, string? role, CancellationToken ct) => inner.CountAsync(kind, role, ct);

    public ValueTask<IReadOnlyList<string>> ListReferringAsync(ObjectKey to, ObjectKind from, string? after, int limit, CancellationToken ct) =>
        inner.ListReferringAsync(to, from, after, limit, ct);

    public ValueTask<IReadOnlyList<ObjectReference>> ListReferencesAsync(ObjectKind toKind, IReadOnlyCollection<string> toNames, ObjectKind fromKind, CancellationToken ct) =>
        inner.ListReferencesAsync(toKind, toNames, fromKind, ct);

    public ValueTask<ObjectStoreResult> ApplyAsync(IReadOnlyList<ObjectChange> changes, CancellationToken ct) => inner.ApplyAsync(changes, ct);

    public ValueTask<long> GetStampAsync(CancellationToken ct)
    {
        ThrowIfFaulty();
        NeedsToBeAsked = false;
        return inner.GetStampAsync(ct);
    }

    public bool TryGetStampNow(out long stamp)
    {
        stamp = 0;
        return TellsNow && !NeedsToBeAsked && Fault is null && inner.TryGetStampNow(out stamp);
    }

    public async ValueTask<ObjectChanges> ListChangesAsync(long since, CancellationToken ct)
    {
        ChangeLists++;
        if (BeforeChanges is { } wait)
        {
            await wait();
        }

        ThrowIfFaulty();
        ObjectChanges changes = await inner.ListChangesAsync(since, ct);
        return ForgetsChanges ? changes with { Keys = null } : changes;
    }

    private void ThrowIfFaulty()
    {
        if (Fault is not null)
        {
            throw Fault;
        }
    }
}
