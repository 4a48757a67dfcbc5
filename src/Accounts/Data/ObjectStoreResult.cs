namespace Hpc.Accounts.Data;

/// <summary>What became of changes: all of them, or none.</summary>
/// <param name="Outcome">What became of them.</param>
/// <param name="Index">The first change that could not be made; -1 if all were.</param>
/// <param name="Reference">The reference in the way, as far as the store can tell; null otherwise.</param>
/// <param name="Stored">One for each change, in order; null for one that was removed. Empty if nothing was done.</param>
/// <param name="Stamp">The store's change stamp from now on; 0 if nothing was done.</param>
public sealed record ObjectStoreResult(ObjectStoreOutcome Outcome, int Index, ObjectReference? Reference, IReadOnlyList<StoredObject?> Stored, long Stamp)
{
    /// <summary>Nothing was done.</summary>
    public static ObjectStoreResult Failed(ObjectStoreOutcome outcome, int index, ObjectReference? reference = null) => new(outcome, index, reference, [], 0);

    /// <summary>Everything was done.</summary>
    public static ObjectStoreResult Done(IReadOnlyList<StoredObject?> stored, long stamp) => new(ObjectStoreOutcome.Done, -1, null, stored, stamp);
}
