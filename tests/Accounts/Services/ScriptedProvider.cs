using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Tests.Services;

/// <summary>Another provider whose objects a test can get in the way of.</summary>
internal sealed class ScriptedProvider(IDataProvider inner) : IDataProvider, IObjectStore
{
    /// <summary>Changes that were to be made, and with which token.</summary>
    public List<(IReadOnlyList<ObjectChange> Changes, CancellationToken Token)> Applied { get; } = [];

    /// <summary>Awaited before changes are made.</summary>
    public Func<Task>? BeforeApply { get; set; }

    /// <summary>Awaited after a page was listed.</summary>
    public Func<ObjectKind, Task>? AfterList { get; set; }

    /// <summary>Names that refer to everything.</summary>
    public string[]? Referring { get; set; }

    public string Driver => inner.Driver;

    public bool IsShared => inner.IsShared;

    public int NewestSchema => inner.NewestSchema;

    public IObjectStore Objects => this;

    public IActivityStore Activity => inner.Activity;

    public IEphemeralStore Ephemeral => inner.Ephemeral;

    public ValueTask OpenAsync(SchemaUpdate update, CancellationToken ct) => inner.OpenAsync(update, ct);

    public ValueTask<int> GetSchemaAsync(CancellationToken ct) => inner.GetSchemaAsync(ct);

    public ValueTask MigrateAsync(int version, CancellationToken ct) => inner.MigrateAsync(version, ct);

    public ValueTask ResetAsync(CancellationToken ct) => inner.ResetAsync(ct);

    public ValueTask PingAsync(CancellationToken ct) => inner.PingAsync(ct);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public ValueTask<StoredObject?> FindAsync(ObjectKey key, CancellationToken ct) => inner.Objects.FindAsync(key, ct);

    public ValueTask<IReadOnlyList<StoredObject>> FindManyAsync(ObjectKind kind, IReadOnlyCollection<string> names, CancellationToken ct) =>
        inner.Objects.FindManyAsync(kind, names, ct);

    public async ValueTask<IReadOnlyList<StoredObject>> ListAsync(ObjectQuery query, CancellationToken ct)
    {
        IReadOnlyList<StoredObject> page = await inner.Objects.ListAsync(query, ct);
        await (AfterList?.Invoke(query.Kind) ?? Task.CompletedTask);
        return page;
    }

    public ValueTask<long> CountAsync(ObjectKind kind, string? role, CancellationToken ct) => inner.Objects.CountAsync(kind, role, ct);

    public ValueTask<IReadOnlyList<string>> ListReferringAsync(ObjectKey to, ObjectKind from, string? after, int limit, CancellationToken ct) => Referring is null
        ? inner.Objects.ListReferringAsync(to, from, after, limit, ct)
        : new([.. Referring.Skip(after is null ? 0 : Array.BinarySearch(Referring, after, StringComparer.Ordinal) + 1).Take(limit)]);

    public ValueTask<IReadOnlyList<ObjectReference>> ListReferencesAsync(ObjectKind toKind, IReadOnlyCollection<string> toNames, ObjectKind fromKind, CancellationToken ct) =>
        inner.Objects.ListReferencesAsync(toKind, toNames, fromKind, ct);

    public async ValueTask<ObjectStoreResult> ApplyAsync(IReadOnlyList<ObjectChange> changes, CancellationToken ct)
    {
        Applied.Add((changes, ct));
        await (BeforeApply?.Invoke() ?? Task.CompletedTask);
        return await inner.Objects.ApplyAsync(changes, ct);
    }

    public ValueTask<long> GetStampAsync(CancellationToken ct) => inner.Objects.GetStampAsync(ct);

    public ValueTask<ObjectChanges> ListChangesAsync(long since, CancellationToken ct) => inner.Objects.ListChangesAsync(since, ct);
}
