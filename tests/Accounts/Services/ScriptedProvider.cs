using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Tests.Services;

/// <summary>Another provider whose objects a test can get in the way of.</summary>
internal sealed class ScriptedProvider(IDataProvider inner) : ForwardingProvider(inner), IObjectStore
{
    /// <summary>Changes that were to be made, and with which token.</summary>
    public List<(IReadOnlyList<ObjectChange> Changes, CancellationToken Token)> Applied { get; } = [];

    /// <summary>Awaited before changes are made.</summary>
    public Func<Task>? BeforeApply { get; set; }

    /// <summary>Awaited after a page was listed.</summary>
    public Func<ObjectKind, Task>? AfterList { get; set; }

    /// <summary>Names that refer to everything.</summary>
    public string[]? Referring { get; set; }

    public override IObjectStore Objects => this;

    public ValueTask<StoredObject?> FindAsync(ObjectKey key, CancellationToken ct) => Inner.Objects.FindAsync(key, ct);

    public ValueTask<IReadOnlyList<StoredObject>> FindManyAsync(ObjectKind kind, IReadOnlyCollection<string> names, CancellationToken ct) =>
        Inner.Objects.FindManyAsync(kind, names, ct);

    public async ValueTask<IReadOnlyList<StoredObject>> ListAsync(ObjectQuery query, CancellationToken ct)
    {
        IReadOnlyList<StoredObject> page = await Inner.Objects.ListAsync(query, ct);
        await (AfterList?.Invoke(query.Kind) ?? Task.CompletedTask);
        return page;
    }

    public ValueTask<long> CountAsync(ObjectKind kind, string? role, CancellationToken ct) => Inner.Objects.CountAsync(kind, role, ct);

    public ValueTask<IReadOnlyList<string>> ListReferringAsync(ObjectKey to, ObjectKind from, string? after, int limit, CancellationToken ct) => Referring is null
        ? Inner.Objects.ListReferringAsync(to, from, after, limit, ct)
        : new([.. Referring.Skip(after is null ? 0 : Array.BinarySearch(Referring, after, StringComparer.Ordinal) + 1).Take(limit)]);

    public ValueTask<IReadOnlyList<ObjectReference>> ListReferencesAsync(ObjectKind toKind, IReadOnlyCollection<string> toNames, ObjectKind fromKind, CancellationToken ct) =>
        Inner.Objects.ListReferencesAsync(toKind, toNames, fromKind, ct);

    public async ValueTask<ObjectStoreResult> ApplyAsync(IReadOnlyList<ObjectChange> changes, CancellationToken ct)
    {
        Applied.Add((changes, ct));
        await (BeforeApply?.Invoke() ?? Task.CompletedTask);
        return await Inner.Objects.ApplyAsync(changes, ct);
    }

    public ValueTask<long> GetStampAsync(CancellationToken ct) => Inner.Objects.GetStampAsync(ct);

    public ValueTask<ObjectChanges> ListChangesAsync(long since, CancellationToken ct) => Inner.Objects.ListChangesAsync(since, ct);
}
