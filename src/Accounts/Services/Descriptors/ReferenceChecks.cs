using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;

namespace Hpc.Accounts.Services.Descriptors;

/// <summary>Tells which names of an object are of nothing, before the store would refuse it without saying which.</summary>
internal static class ReferenceChecks
{
    public static async ValueTask CheckAsync(IObjectStore store, ObjectKind kind, string path, string name, ErrorList errors, CancellationToken ct)
    {
        if (name.Length > 0 && await store.FindAsync(new(kind, name), ct).ConfigureAwait(false) is null)
        {
            AddMissing(kind, path, name, errors);
        }
    }

    /// <summary>Those of the names that are there, by name; an error for each other one.</summary>
    public static async ValueTask<IReadOnlyDictionary<string, T>> FindAsync<T>(
        IObjectStore store, ObjectKind kind, IReadOnlyList<string> names, Func<int, string>? pathOf, ErrorList? errors, CancellationToken ct)
        where T : class, IAccountObject
    {
        var found = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (string[] chunk in names.Distinct(StringComparer.Ordinal).Chunk(IObjectStore.MaxPage))
        {
            foreach (StoredObject one in await store.FindManyAsync(kind, chunk, ct).ConfigureAwait(false))
            {
                found[one.Key.Name] = ObjectDocument.Read<T>(one.Document);
            }
        }

        for (int i = 0; errors is not null && i < names.Count; i++)
        {
            if (!found.ContainsKey(names[i]))
            {
                AddMissing(kind, pathOf!(i), names[i], errors);
            }
        }

        return found;
    }

    private static void AddMissing(ObjectKind kind, string path, string name, ErrorList errors) =>
        errors.Add(path, $"{ValidationText.Show(name)}, which is not there", $"the name of an existing {NounOf(kind)}");

    private static string NounOf(ObjectKind kind) => kind switch
    {
        ObjectKind.Admin => "administrator",
        ObjectKind.EventAction => "event action",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
