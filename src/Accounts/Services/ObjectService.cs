using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <summary>One kind of object over a data provider. What differs between kinds is in the descriptor.</summary>
internal sealed partial class ObjectService<T>(ObjectDescriptor<T> descriptor, ServiceEnvironment services) : IObjectService<T>
    where T : class, IAccountObject
{
    // Each try starts from what is stored then; that many in a row are lost only if somebody changes the object without end.
    private const int MaxTries = 8;

    public ObjectKind Kind => descriptor.Kind;

    public T Redact(T value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return descriptor.Redact(value);
    }

    public async ValueTask<Versioned<T>?> FindAsync(string name, ChangeContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(context);
        return await FindVisibleAsync(await ResolveNameAsync(name, ct).ConfigureAwait(false), context, ct).ConfigureAwait(false) is { } stored
            ? await CompleteAsync(stored, context, ct).ConfigureAwait(false)
            : null;
    }

    public async ValueTask<IReadOnlyList<Versioned<T>>> ListAsync(ObjectPage page, ChangeContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentOutOfRangeException.ThrowIfLessThan(page.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(page.Limit, IObjectStore.MaxPage);
        IReadOnlyList<string>? names = await descriptor.FindNamesOfListAsync(context, ct).ConfigureAwait(false);
        IReadOnlyList<StoredObject> stored = names is null
            ? await services.Objects.ListAsync(QueryOf(page, context), ct).ConfigureAwait(false)
            : await FindNamedAsync(PageOf(names, page), ct).ConfigureAwait(false);
        var visible = new List<Versioned<T>>(stored.Count);
        foreach (StoredObject one in stored)
        {
            Versioned<T> value = Read(one);
            if (descriptor.IsVisible(value.Value, context))
            {
                visible.Add(value);
            }
        }

        IReadOnlyList<T> complete = await descriptor.CompleteAsync([.. visible.Select(one => one.Value)], context, ct).ConfigureAwait(false);
        return [.. complete.Select((value, i) => new Versioned<T>(value, visible[i].Version))];
    }

    /// <summary>The object as it is stored, whoever may see it.</summary>
    internal async ValueTask<Versioned<T>?> LoadAsync(string name, CancellationToken ct) =>
        await services.Objects.FindAsync(new(Kind, name), ct).ConfigureAwait(false) is { } stored ? Read(stored) : null;

    /// <summary>The name as the rules make it, unless an object has exactly the given one: of a time with other rules.</summary>
    private async ValueTask<string> ResolveNameAsync(string name, CancellationToken ct)
    {
        string normalised = descriptor.NormaliseName(name);
        return normalised != name && await services.Objects.FindAsync(new(Kind, name), ct).ConfigureAwait(false) is not null ? name : normalised;
    }

    private async ValueTask<Versioned<T>?> FindVisibleAsync(string name, ChangeContext context, CancellationToken ct) =>
        await LoadAsync(name, ct).ConfigureAwait(false) is { } stored && descriptor.IsVisible(stored.Value, context) ? stored : null;

    private async ValueTask<Versioned<T>> CompleteAsync(Versioned<T> value, ChangeContext context, CancellationToken ct)
    {
        IReadOnlyList<T> complete = await descriptor.CompleteAsync([value.Value], context, ct).ConfigureAwait(false);
        return value with { Value = complete[0] };
    }

    private Versioned<T> Read(StoredObject stored) =>
        new(descriptor.WithId(descriptor.WithName(ObjectDocument.Read<T>(stored.Document), stored.Key.Name), stored.Id), stored.Version);

    private ObjectQuery QueryOf(ObjectPage page, ChangeContext context) => new(Kind)
    {
        Offset = page.Offset,
        Limit = page.Limit,
        IsDescending = page.IsDescending,
        After = page.After,
        Prefix = page.Prefix,
        Role = descriptor.RoleOfList(context),
    };

    private static IReadOnlyList<string> PageOf(IReadOnlyList<string> names, ObjectPage page)
    {
        IEnumerable<string> sorted = names.Where(name => name.StartsWith(page.Prefix, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Order(Stores.UserNameComparer.Instance);
        if (page.IsDescending)
        {
            sorted = sorted.Reverse();
        }

        if (page.After is { } after)
        {
            sorted = sorted.Where(name => Stores.UserNameComparer.Instance.Compare(name, after) * (page.IsDescending ? -1 : 1) > 0);
        }

        return [.. sorted.Skip(page.Offset).Take(page.Limit)];
    }

    private async ValueTask<IReadOnlyList<StoredObject>> FindNamedAsync(IReadOnlyList<string> names, CancellationToken ct)
    {
        if (names.Count == 0)
        {
            return [];
        }

        IReadOnlyList<StoredObject> found = await services.Objects.FindManyAsync(Kind, names, ct).ConfigureAwait(false);
        var byName = found.ToDictionary(one => one.Key.Name, StringComparer.Ordinal);
        return [.. names.Where(byName.ContainsKey).Select(name => byName[name])];
    }
}
