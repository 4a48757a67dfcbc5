namespace Hpc.Accounts.Lookup;

/// <summary>An object as it was read, with what the store knows of it. The object lacks what is counted and derived.</summary>
/// <param name="Value">The object.</param>
/// <param name="Id">Number given at its creation.</param>
/// <param name="Version">1 at its creation, one more with every change.</param>
/// <param name="Stamp">The store's change stamp at its last change.</param>
/// <param name="Role">Name of its role; empty for none.</param>
/// <typeparam name="T">Kind of the object.</typeparam>
public sealed record CachedObject<T>(T Value, long Id, long Version, long Stamp, string Role)
    where T : class
{
    /// <summary>Tells its document from others.</summary>
    internal UInt128 Digest { get; init; }
}
