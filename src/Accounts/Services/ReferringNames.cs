using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <summary>Who refers to the objects of a page, in one query.</summary>
internal sealed class ReferringNames
{
    private readonly ILookup<string, string> _names;

    private ReferringNames(IEnumerable<ObjectReference> references) =>
        _names = references.ToLookup(reference => reference.To.Name, reference => reference.From.Name, StringComparer.Ordinal);

    public IReadOnlyList<string> Of(string name) => [.. _names[name].Order(Stores.UserNameComparer.Instance)];

    /// <summary>An actor with a role learns nothing of those of others.</summary>
    public static async ValueTask<ReferringNames> FindAsync(
        IObjectStore store, ObjectKind toKind, IEnumerable<string> toNames, ObjectKind fromKind, ChangeContext context, CancellationToken ct) =>
        new(context.Role.Length > 0 ? [] : await store.ListReferencesAsync(toKind, [.. toNames], fromKind, ct).ConfigureAwait(false));
}
