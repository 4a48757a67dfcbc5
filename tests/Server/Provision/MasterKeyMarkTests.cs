using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Secrets;
using Hpc.Server.Configuration;
using Hpc.Server.Provision;
using Hpc.Server.Tests.Support;

namespace Hpc.Server.Tests.Provision;

public sealed class MasterKeyMarkTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task A_store_that_is_full_holds_up_no_start_with_the_key_that_it_knows()
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        await using var memory = new MemoryDataProvider(TimeProvider.System);
        await memory.OpenAsync(SchemaUpdate.Automatic, ct);
        var provider = new FullProvider(memory);
        using MasterKey key = MasterKeyFile.Open(_directory["one.key"]);
        using MasterKey other = MasterKeyFile.Open(_directory["other.key"]);
        await MasterKeyMark.CheckAsync(provider, key, "one.key", acceptsNew: false, ct);
        provider.IsFull = true;
        await MasterKeyMark.CheckAsync(provider, key, "one.key", acceptsNew: false, ct);
        await Should.ThrowAsync<ConfigurationException>(() => MasterKeyMark.CheckAsync(provider, other, "other.key", acceptsNew: false, ct));
    }

    public void Dispose() => _directory.Dispose();

    /// <summary>Refuses every new value, as a database does that is full.</summary>
    private sealed class FullProvider(IDataProvider inner) : IDataProvider, IEphemeralStore
    {
        public bool IsFull { get; set; }

        public string Driver => inner.Driver;

        public bool IsShared => inner.IsShared;

        public int NewestSchema => inner.NewestSchema;

        public IObjectStore Objects => inner.Objects;

        public IActivityStore Activity => inner.Activity;

        public IEphemeralStore Ephemeral => this;

        public ValueTask OpenAsync(SchemaUpdate update, CancellationToken ct) => inner.OpenAsync(update, ct);

        public ValueTask<int> GetSchemaAsync(CancellationToken ct) => inner.GetSchemaAsync(ct);

        public ValueTask MigrateAsync(int version, CancellationToken ct) => inner.MigrateAsync(version, ct);

        public ValueTask ResetAsync(CancellationToken ct) => inner.ResetAsync(ct);

        public ValueTask PingAsync(CancellationToken ct) => inner.PingAsync(ct);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public ValueTask<ReadOnlyMemory<byte>?> FindAsync(string name, CancellationToken ct) => inner.Ephemeral.FindAsync(name, ct);

        public ValueTask PutAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct) =>
            IsFull ? throw new DataProviderException("full") : inner.Ephemeral.PutAsync(name, value, expiresAt, ct);

        public ValueTask<bool> TryAddAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct) =>
            IsFull ? throw new DataProviderException("full") : inner.Ephemeral.TryAddAsync(name, value, expiresAt, ct);

        public ValueTask<bool> TryRemoveAsync(string name, CancellationToken ct) => inner.Ephemeral.TryRemoveAsync(name, ct);

        public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, string? after, int limit, CancellationToken ct) => inner.Ephemeral.ListAsync(prefix, after, limit, ct);

        public ValueTask PurgeAsync(CancellationToken ct) => inner.Ephemeral.PurgeAsync(ct);
    }
}
