using System.Runtime.CompilerServices;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <summary>What every kind of object has.</summary>
public static class ObjectServiceExtensions
{
    /// <summary>All objects that the actor may see, in the order of names, read page by page: one that is added or removed meanwhile may be there or not.</summary>
    public static async IAsyncEnumerable<T> ReadAllAsync<T>(this IObjectService<T> objects, ChangeContext context, [EnumeratorCancellation] CancellationToken ct)
        where T : class, IAccountObject
    {
        ArgumentNullException.ThrowIfNull(objects);
        for (string? after = null; ;)
        {
            IReadOnlyList<Versioned<T>> page = await objects.ListAsync(new ObjectPage { After = after, Limit = IObjectStore.MaxPage }, context, ct).ConfigureAwait(false);
            foreach (Versioned<T> found in page)
            {
                yield return found.Value;
            }

            if (page.Count < IObjectStore.MaxPage)
            {
                yield break;
            }

            after = page[^1].Value.Name;
        }
    }
}
