namespace Hpc.Accounts.Data;

/// <summary>
/// Numbers about objects that change often: they do not touch the object, its version or the change stamp. Gone with the object.
/// An exception means that the store does not work. Safe for any number of callers at once, and never blocks the calling thread.
/// </summary>
public interface IActivityStore
{
    /// <summary>The numbers of these objects (at most <see cref="IObjectStore.MaxPage"/>); what was never set is not in it.</summary>
    ValueTask<IReadOnlyDictionary<(ObjectKey Key, ActivityField Field), long>> FindAsync(IReadOnlyCollection<ObjectKey> keys, CancellationToken ct);

    /// <summary>Sets a number to the larger of what it is and <paramref name="value"/>. Nothing happens if the object is not there.</summary>
    ValueTask RaiseAsync(ObjectKey key, ActivityField field, long value, CancellationToken ct);

    /// <summary>Sets a number that was never set; false if it was, or the object is not there.</summary>
    ValueTask<bool> TrySetOnceAsync(ObjectKey key, ActivityField field, long value, CancellationToken ct);

    /// <summary>
    /// Adds to a number if the sum stays within 0 and <paramref name="max"/> (0: no limit); false changes nothing. Any number of callers at once, on any number of nodes, never pass it.
    /// </summary>
    ValueTask<bool> TryAddAsync(ObjectKey key, ActivityField field, long amount, long max, CancellationToken ct);

    /// <summary>Sets numbers as they are (a dump that is loaded).</summary>
    ValueTask SetAsync(IReadOnlyList<(ObjectKey Key, ActivityField Field, long Value)> values, CancellationToken ct);
}
