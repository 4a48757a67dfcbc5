namespace Hpc.Accounts.Data;

/// <summary>What changed since a stamp.</summary>
/// <param name="Stamp">The stamp of now, to be asked with next time.</param>
/// <param name="Keys">What was added, changed or removed; null if the store does not know everything: then all may have changed.</param>
public sealed record ObjectChanges(long Stamp, IReadOnlyList<ObjectKey>? Keys);
