namespace Hpc.Accounts.Data;

/// <summary>A change of one object, part of what <see cref="IObjectStore.ApplyAsync"/> does as a whole.</summary>
public sealed record ObjectChange
{
    private ObjectChange(ObjectKey key, long? expectedVersion)
    {
        Key = key;
        ExpectedVersion = expectedVersion;
    }

    /// <summary>Which object.</summary>
    public ObjectKey Key { get; }

    /// <summary>The version that it must have; 0: it must not be there; null: whatever it is.</summary>
    public long? ExpectedVersion { get; }

    /// <summary>What it shall be; null removes it.</summary>
    public ReadOnlyMemory<byte>? Document { get; private init; }

    /// <summary>Name of its role; empty for none.</summary>
    public string Role { get; private init; } = "";

    /// <summary>What it refers to from now on, each once.</summary>
    public IReadOnlyList<ObjectKey> References { get; private init; } = [];

    /// <summary>Adds or replaces an object.</summary>
    public static ObjectChange Put(ObjectKey key, long? expectedVersion, ReadOnlyMemory<byte> document, string role, IReadOnlyList<ObjectKey> references) =>
        new(key, expectedVersion) { Document = document, Role = role, References = references };

    /// <summary>Removes an object and what it refers to. A missing one is <see cref="ObjectStoreOutcome.NotFound"/>.</summary>
    public static ObjectChange Delete(ObjectKey key, long? expectedVersion) => new(key, expectedVersion);
}
