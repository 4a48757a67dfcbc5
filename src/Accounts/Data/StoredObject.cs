namespace Hpc.Accounts.Data;

/// <summary>An object as a data provider keeps it: key columns and one JSON document. The document has no <c>id</c> and nothing that is counted or derived.</summary>
/// <param name="Key">Which.</param>
/// <param name="Id">Number given at its creation, unique among its kind and never used again.</param>
/// <param name="Version">1 at its creation, one more with every change.</param>
/// <param name="Stamp">The store's change stamp at its last change.</param>
/// <param name="Role">Name of its role (users, admins); empty for none.</param>
/// <param name="Document">UTF-8 JSON, at most <see cref="IObjectStore.MaxDocument"/> bytes.</param>
public sealed record StoredObject(ObjectKey Key, long Id, long Version, long Stamp, string Role, ReadOnlyMemory<byte> Document);
