using Hpc.Accounts.Data;

namespace Hpc.Accounts.Tests.Services;

/// <summary>Another provider, of which a test puts something else in the place of a part. The other stays the test's.</summary>
internal abstract class ForwardingProvider(IDataProvider inner) : IDataProvider
{
    protected IDataProvider Inner => inner;

    public string Driver => inner.Driver;

    public bool IsShared => inner.IsShared;

    public int NewestSchema => inner.NewestSchema;

    public virtual IObjectStore Objects => inner.Objects;

    public virtual IActivityStore Activity => inner.Activity;

    public virtual IEphemeralStore Ephemeral => inner.Ephemeral;

    public ValueTask OpenAsync(SchemaUpdate update, CancellationToken ct) => inner.OpenAsync(update, ct);

    public ValueTask<int> GetSchemaAsync(CancellationToken ct) => inner.GetSchemaAsync(ct);

    public ValueTask<IReadOnlyList<SchemaLoss>> ListLossesAsync(int version, CancellationToken ct) => inner.ListLossesAsync(version, ct);

    public ValueTask MigrateAsync(int version, CancellationToken ct) => inner.MigrateAsync(version, ct);

    public ValueTask ResetAsync(CancellationToken ct) => inner.ResetAsync(ct);

    public ValueTask PingAsync(CancellationToken ct) => inner.PingAsync(ct);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
