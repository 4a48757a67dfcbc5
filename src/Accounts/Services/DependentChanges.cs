using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <summary>Changes of objects that refer to one that is removed: all of them, since they are one transaction with the removal.</summary>
internal static class DependentChanges
{
    /// <summary>Most objects that are changed with one. Beyond it a page more is collected, which tells that there are too many.</summary>
    public const int Max = 250_000;

    /// <summary>Removes the objects of a kind that refer to one.</summary>
    public static async ValueTask DeleteAsync(IObjectStore store, ObjectKey to, ObjectKind from, List<ObjectChange> changes, CancellationToken ct)
    {
        string? after = null;
        while (await NextAsync(store, to, from, after, changes, ct).ConfigureAwait(false) is { Count: > 0 } names)
        {
            changes.AddRange(names.Select(name => ObjectChange.Delete(new(from, name), null)));
            after = names[^1];
        }
    }

    /// <summary>Takes a reference out of the objects of a kind.</summary>
    public static async ValueTask DetachAsync<T>(
        ObjectDescriptor<T> descriptor, IObjectStore store, ObjectKey to, Func<T, T> detach, List<ObjectChange> changes, CancellationToken ct)
        where T : class, IAccountObject
    {
        string? after = null;
        while (await NextAsync(store, to, descriptor.Kind, after, changes, ct).ConfigureAwait(false) is { Count: > 0 } names)
        {
            foreach (StoredObject stored in await store.FindManyAsync(descriptor.Kind, names, ct).ConfigureAwait(false))
            {
                T value = descriptor.Bare(detach(descriptor.WithName(ObjectDocument.Read<T>(stored.Document), stored.Key.Name)));
                changes.Add(ObjectChange.Put(stored.Key, stored.Version, ObjectDocument.Write(value), descriptor.RoleOf(value), [.. descriptor.ReferencesOf(value).Distinct()]));
            }

            after = names[^1];
        }
    }

    private static async ValueTask<IReadOnlyList<string>> NextAsync(
        IObjectStore store, ObjectKey to, ObjectKind from, string? after, List<ObjectChange> changes, CancellationToken ct) =>
        changes.Count > Max ? [] : await store.ListReferringAsync(to, from, after, IObjectStore.MaxPage, ct).ConfigureAwait(false);
}
