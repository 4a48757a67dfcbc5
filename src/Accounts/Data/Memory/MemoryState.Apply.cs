using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Data.Memory;

internal sealed partial class MemoryState
{
    /// <summary>Makes all of the changes or none.</summary>
    public ObjectStoreResult Apply(IReadOnlyList<ObjectChange> changes)
    {
        if (changes.Count == 0)
        {
            return ObjectStoreResult.Done([], Stamp);
        }

        ObjectStoreResult? failure = FindConflict(changes) ?? FindBrokenReference(changes);
        if (failure is not null)
        {
            return failure;
        }

        ThrowIfFull(changes);
        long stamp = Stamp + 1;
        var stored = new StoredObject?[changes.Count];
        for (int index = 0; index < changes.Count; index++)
        {
            stored[index] = Make(changes[index], stamp);
        }

        return ObjectStoreResult.Done(stored, stamp);
    }

    /// <summary>Puts an object as it was stored before, with whatever it refers to.</summary>
    public void Put(StoredObject stored, IReadOnlyList<ObjectKey> references)
    {
        ObjectKey key = stored.Key;
        if (_objects.TryGetValue(key, out MemoryObject? entry))
        {
            Unlink(entry);
            (entry.Stored, entry.References) = (stored, references);
        }
        else
        {
            entry = new MemoryObject(stored, references);
            _objects.Add(key, entry);
            NamesOf(_names, key.Kind).Add(key.Name);
        }

        _bytes += stored.Document.Length;
        NamesOf(_namesByRole, (key.Kind, stored.Role)).Add(key.Name);
        foreach (ObjectKey to in references)
        {
            NamesOf(_referring, (to, key.Kind)).Add(key.Name);
        }

        SetLastId(key.Kind, stored.Id);
        Note(key, stored.Stamp);
    }

    public void Delete(ObjectKey key, long stamp)
    {
        if (_objects.Remove(key, out MemoryObject? entry))
        {
            Unlink(entry);
            Take(_names, key.Kind, key.Name);
        }

        Note(key, stamp);
    }

    public void SetLastId(ObjectKind kind, long id) => _lastIds[kind] = Math.Max(id, _lastIds.GetValueOrDefault(kind));

    /// <summary>Continues from a stamp; what changed up to it is not known.</summary>
    public void StartAt(long stamp)
    {
        Stamp = Math.Max(Stamp, stamp);
        _feed.StartAt(Stamp);
    }

    private StoredObject? Make(ObjectChange change, long stamp)
    {
        if (change.Document is not { } document)
        {
            Delete(change.Key, stamp);
            return null;
        }

        StoredObject? earlier = Find(change.Key);
        long id = earlier?.Id ?? _lastIds.GetValueOrDefault(change.Key.Kind) + 1;
        var stored = new StoredObject(change.Key, id, (earlier?.Version ?? 0) + 1, stamp, change.Role, document.ToArray());
        Put(stored, [.. change.References.Distinct()]);
        return stored;
    }

    private ObjectStoreResult? FindConflict(IReadOnlyList<ObjectChange> changes)
    {
        for (int index = 0; index < changes.Count; index++)
        {
            ObjectChange change = changes[index];
            long version = Find(change.Key)?.Version ?? 0;
            ObjectStoreOutcome outcome = change switch
            {
                { ExpectedVersion: 0 } when version > 0 => ObjectStoreOutcome.AlreadyExists,
                { ExpectedVersion: > 0 } or { Document: null } when version == 0 => ObjectStoreOutcome.NotFound,
                { ExpectedVersion: { } expected } when expected != version => ObjectStoreOutcome.VersionConflict,
                _ => ObjectStoreOutcome.Done,
            };
            if (outcome != ObjectStoreOutcome.Done)
            {
                return ObjectStoreResult.Failed(outcome, index);
            }
        }

        return null;
    }

    // As it will be when all changes are made.
    private ObjectStoreResult? FindBrokenReference(IReadOnlyList<ObjectChange> changes)
    {
        Dictionary<ObjectKey, ObjectChange> byKey = changes.ToDictionary(change => change.Key);
        for (int index = 0; index < changes.Count; index++)
        {
            ObjectChange change = changes[index];
            if (change.Document is null)
            {
                if (FindReferring(change.Key, byKey) is { } from)
                {
                    return ObjectStoreResult.Failed(ObjectStoreOutcome.Referenced, index, new ObjectReference(from, change.Key));
                }

                continue;
            }

            foreach (ObjectKey to in change.References)
            {
                if (byKey.TryGetValue(to, out ObjectChange? other) ? other.Document is null : !_objects.ContainsKey(to))
                {
                    return ObjectStoreResult.Failed(ObjectStoreOutcome.ReferenceMissing, index, new ObjectReference(change.Key, to));
                }
            }
        }

        return null;
    }

    // Objects that are not changed themselves; the changed ones are looked at on their own.
    private ObjectKey? FindReferring(ObjectKey to, Dictionary<ObjectKey, ObjectChange> changes)
    {
        foreach (ObjectKind kind in Enum.GetValues<ObjectKind>())
        {
            if (!_referring.TryGetValue((to, kind), out SortedNames? names))
            {
                continue;
            }

            // One more than can be changed.
            foreach (string name in names.Page("", null, 0, changes.Count + 1, isDescending: false))
            {
                var from = new ObjectKey(kind, name);
                if (!changes.ContainsKey(from))
                {
                    return from;
                }
            }
        }

        return null;
    }

    private void ThrowIfFull(IReadOnlyList<ObjectChange> changes)
    {
        long objects = _objects.Count;
        long bytes = _bytes;
        foreach (ObjectChange change in changes)
        {
            StoredObject? earlier = Find(change.Key);
            objects += (change.Document is null ? 0 : 1) - (earlier is null ? 0 : 1);
            bytes += (change.Document?.Length ?? 0) - (earlier?.Document.Length ?? 0);
        }

        if (objects > Math.Max(maxObjects, _objects.Count) || bytes > Math.Max(maxBytes, _bytes))
        {
            throw new DataProviderException($"The data provider is full: it holds at most {maxObjects} objects with {maxBytes} bytes together.");
        }
    }

    private void Unlink(MemoryObject entry)
    {
        StoredObject stored = entry.Stored;
        _bytes -= stored.Document.Length;
        Take(_namesByRole, (stored.Key.Kind, stored.Role), stored.Key.Name);
        foreach (ObjectKey to in entry.References)
        {
            Take(_referring, (to, stored.Key.Kind), stored.Key.Name);
        }
    }

    private void Note(ObjectKey key, long stamp)
    {
        Stamp = Math.Max(Stamp, stamp);
        _feed.Add(key, stamp);
    }

    private static SortedNames NamesOf<TKey>(Dictionary<TKey, SortedNames> index, TKey key)
        where TKey : notnull
    {
        if (!index.TryGetValue(key, out SortedNames? names))
        {
            names = new SortedNames();
            index.Add(key, names);
        }

        return names;
    }

    private static void Take<TKey>(Dictionary<TKey, SortedNames> index, TKey key, string name)
        where TKey : notnull
    {
        if (index.TryGetValue(key, out SortedNames? names) && names.Remove(name) && names.Count == 0)
        {
            index.Remove(key);
        }
    }
}
