using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Data.Memory;

/// <summary>All objects in plain structures. Not safe for several threads.</summary>
internal sealed partial class MemoryState(int maxObjects, long maxBytes)
{
    private readonly Dictionary<ObjectKey, MemoryObject> _objects = [];
    private readonly Dictionary<ObjectKind, SortedNames> _names = [];
    private readonly Dictionary<(ObjectKind Kind, string Role), SortedNames> _namesByRole = [];

    // Who refers to an object, by kind.
    private readonly Dictionary<(ObjectKey To, ObjectKind From), SortedNames> _referring = [];
    private readonly Dictionary<ObjectKind, long> _lastIds = [];
    private readonly ChangeFeed _feed = new();
    private long _bytes;

    public long Stamp { get; private set; }

    public int Count => _objects.Count;

    /// <summary>Bytes of all documents.</summary>
    public long Bytes => _bytes;

    public IEnumerable<MemoryObject> All => _objects.Values;

    public IReadOnlyDictionary<ObjectKind, long> LastIds => _lastIds;

    public StoredObject? Find(ObjectKey key) => _objects.GetValueOrDefault(key)?.Stored;

    public IReadOnlyList<StoredObject> FindMany(ObjectKind kind, IReadOnlyCollection<string> names) =>
        [.. names.Distinct(StringComparer.Ordinal).Select(name => Find(new ObjectKey(kind, name))).OfType<StoredObject>()];

    public IReadOnlyList<StoredObject> List(ObjectQuery query)
    {
        SortedNames? names = query.Role is { } role ? _namesByRole.GetValueOrDefault((query.Kind, role)) : _names.GetValueOrDefault(query.Kind);
        return names is null
            ? []
            : [.. names.Page(query.Prefix, query.After, query.Offset, query.Limit, query.IsDescending).Select(name => _objects[new ObjectKey(query.Kind, name)].Stored)];
    }

    public long CountOf(ObjectKind kind, string? role) =>
        (role is null ? _names.GetValueOrDefault(kind) : _namesByRole.GetValueOrDefault((kind, role)))?.Count ?? 0;

    public IReadOnlyList<string> ListReferring(ObjectKey to, ObjectKind from, string? after, int limit) =>
        _referring.GetValueOrDefault((to, from))?.Page("", after, 0, limit, isDescending: false) ?? [];

    public IReadOnlyList<ObjectReference> ListReferences(ObjectKind toKind, IReadOnlyCollection<string> toNames, ObjectKind fromKind)
    {
        var references = new List<ObjectReference>();
        foreach (ObjectKey to in toNames.Distinct(StringComparer.Ordinal).Select(name => new ObjectKey(toKind, name)))
        {
            IEnumerable<string> names = _referring.GetValueOrDefault((to, fromKind))?.Page("", null, 0, int.MaxValue, isDescending: false) ?? [];
            references.AddRange(names.Select(name => new ObjectReference(new ObjectKey(fromKind, name), to)));
        }

        return references;
    }

    public ObjectChanges ListChanges(long since) => _feed.Since(since, Stamp);

    /// <summary>Removes everything; stamps and ids go on, so that nobody takes new objects for old ones.</summary>
    public void Clear()
    {
        _objects.Clear();
        _names.Clear();
        _namesByRole.Clear();
        _referring.Clear();
        _bytes = 0;
        _feed.StartAt(++Stamp);
    }
}
