using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Secrets;
using Hpc.Accounts.Tests.Services;
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
    private sealed class FullProvider : ForwardingProvider
    {
        public FullProvider(IDataProvider inner)
            : base(inner) => Ephemeral = new FullValues(inner.Ephemeral, this);

        public bool IsFull { get; set; }

        public override IEphemeralStore Ephemeral { get; }

        private sealed class FullValues(IEphemeralStore inner, FullProvider provider) : ForwardingEphemeral(inner)
        {
            public override ValueTask PutAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct) =>
                provider.IsFull ? throw new DataProviderException("full") : base.PutAsync(name, value, expiresAt, ct);

            public override ValueTask<bool> TryAddAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct) =>
                provider.IsFull ? throw new DataProviderException("full") : base.TryAddAsync(name, value, expiresAt, ct);
        }
    }
}
