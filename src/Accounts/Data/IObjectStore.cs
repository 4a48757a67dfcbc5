using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Data;

/// <summary>
/// The objects of a data provider. It knows nothing of what is in their documents. Expected outcomes are results; an exception means that the store does not work.
/// Safe for any number of callers at once, and never blocks the calling thread.
/// </summary>
public interface IObjectStore
{
    /// <summary>Most objects that one call of <see cref="ListAsync"/> returns, most names of <see cref="FindManyAsync"/>.</summary>
    const int MaxPage = 1000;

    /// <summary>Longest document in bytes.</summary>
    const int MaxDocument = 4 << 20;

    /// <summary>Most keys that <see cref="ListChangesAsync"/> returns; more is an answer without keys.</summary>
    const int MaxChanges = 1000;

    /// <summary>The object of exactly this name, or null: one indexed query.</summary>
    ValueTask<StoredObject?> FindAsync(ObjectKey key, CancellationToken ct);

    /// <summary>Those of these names that are there, in no order.</summary>
    ValueTask<IReadOnlyList<StoredObject>> FindManyAsync(ObjectKind kind, IReadOnlyCollection<string> names, CancellationToken ct);

    /// <summary>A page of objects.</summary>
    ValueTask<IReadOnlyList<StoredObject>> ListAsync(ObjectQuery query, CancellationToken ct);

    /// <summary>How many there are of a kind, of one role if it is not null.</summary>
    ValueTask<long> CountAsync(ObjectKind kind, string? role, CancellationToken ct);

    /// <summary>Names of the objects of a kind that refer to an object, in order, behind <paramref name="after"/> (null: from the start), at most <paramref name="limit"/> (1 to <see cref="MaxPage"/>).</summary>
    ValueTask<IReadOnlyList<string>> ListReferringAsync(ObjectKey to, ObjectKind from, string? after, int limit, CancellationToken ct);

    /// <summary>The references from objects of a kind to those of another kind with these names (at most <see cref="MaxPage"/>), in no order.</summary>
    ValueTask<IReadOnlyList<ObjectReference>> ListReferencesAsync(ObjectKind toKind, IReadOnlyCollection<string> toNames, ObjectKind fromKind, CancellationToken ct);

    /// <summary>
    /// Makes the changes in this order, all or none, each object at most once. References are held up when all are made.
    /// A store that had to give up for a reason of its own (a lost connection, too many conflicts) throws, and nothing was done.
    /// </summary>
    ValueTask<ObjectStoreResult> ApplyAsync(IReadOnlyList<ObjectChange> changes, CancellationToken ct);

    /// <summary>
    /// A number that grows with every committed change of an object, whoever made it. All that was committed at a stamp is seen by who reads after it.
    /// </summary>
    ValueTask<long> GetStampAsync(CancellationToken ct);

    /// <summary>The stamp without waiting, if the store can tell that it is the one of now.</summary>
    bool TryGetStampNow(out long stamp)
    {
        stamp = 0;
        return false;
    }

    /// <summary>
    /// Another number when something else has taken the place of what was behind the store, as a file that was restored: stamps from before say nothing of it then. Does not wait.
    /// </summary>
    uint Generation => 0;

    /// <summary>What changed after a stamp. Removed objects are known for at least an hour.</summary>
    ValueTask<ObjectChanges> ListChangesAsync(long since, CancellationToken ct);
}
