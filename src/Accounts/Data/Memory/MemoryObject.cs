namespace Hpc.Accounts.Data.Memory;

/// <summary>An object, what it refers to and what is counted about it.</summary>
internal sealed class MemoryObject(StoredObject stored, IReadOnlyList<ObjectKey> references)
{
    public StoredObject Stored { get; set; } = stored;

    public IReadOnlyList<ObjectKey> References { get; set; } = references;

    public SortedList<ActivityField, long> Activity { get; } = [];
}
