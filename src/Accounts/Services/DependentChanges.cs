using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <summary>Changes of objects that refer to one that is removed.</summary>
internal static class DependentChanges
{
    /// <summary>Most changes of one transaction.</summary>
    public const int MaxStep = 500;

    /// <summary>Removes the objects of a kind that refer to one, as many as one step takes.</summary>
    public static async ValueTask DeleteAsync(IObjectStore store, ObjectKey to, ObjectKind from, List<ObjectChange> changes, CancellationToken ct)
    {
        int room = MaxStep - changes.Count;
        if (room <= 0)
        {
            return;
        }

        IReadOnlyList<string> names = await store.ListReferringAsync(to, from, null, room, ct).ConfigureAwait(false);
        changes.AddRange(names.Select(name => ObjectChange.Delete(new(from, name), null)));
    }

    /// <summary>Takes a reference out of the objects of a kind, as many as one step takes.</summary>
    public static async ValueTask DetachAsync<T>(
        ObjectDescriptor<T> descriptor, IObjectStore store, ObjectKey to, Func<T, T> detach, List<ObjectChange> changes, CancellationToken ct)
        where T : class, IAccountObject
    {
        int room = MaxStep - changes.Count;
        if (room <= 0)
        {
            return;
        }

        IReadOnlyList<string> names = await store.ListReferringAsync(to, descriptor.Kind, null, room, ct).ConfigureAwait(false);
        if (names.Count == 0)
        {
            return;
        }

        foreach (StoredObject stored in await store.FindManyAsync(descriptor.Kind, names, ct).ConfigureAwait(false))
        {
            T value = descriptor.Bare(detach(descriptor.WithName(ObjectDocument.Read<T>(stored.Document), stored.Key.Name)));
            changes.Add(ObjectChange.Put(stored.Key, stored.Version, ObjectDocument.Write(value), descriptor.RoleOf(value), [.. descriptor.ReferencesOf(value).Distinct()]));
        }
    }
}
