using System.Text;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Providers.Tests.Contract;

/// <summary>What every data provider does. A subclass makes providers on storages, and removes the storages in the end.</summary>
public abstract partial class DataProviderContract : IAsyncLifetime
{
    protected const string MainStorage = "main";

    private readonly List<IDataProvider> _providers = [];
    private IDataProvider? _provider;

    /// <summary>True if providers on the same storage may be open at once.</summary>
    protected virtual bool CanShare => true;

    /// <summary>True if what is stored is there after the provider was disposed of and opened again.</summary>
    protected virtual bool IsDurable => true;

    /// <summary>True if the schema can be taken back to version 0 and forth again, one version at a time.</summary>
    protected virtual bool CanMigrateDown => true;

    /// <summary>True if the provider takes <see cref="Time"/> for its clock.</summary>
    protected virtual bool UsesTime => true;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected ContractTime Time { get; } = new();

    /// <summary>An opened provider on a storage that was empty before.</summary>
    protected IDataProvider Provider => _provider ?? throw new InvalidOperationException("The provider is not open yet.");

    protected IObjectStore Objects => Provider.Objects;

    protected IActivityStore Activity => Provider.Activity;

    protected IEphemeralStore Ephemeral => Provider.Ephemeral;

    public async ValueTask InitializeAsync()
    {
        await PrepareAsync();
        _provider = await OpenAsync(MainStorage);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (IDataProvider provider in _providers)
        {
            await provider.DisposeAsync();
        }

        await RemoveStoragesAsync();
    }

    /// <summary>Called first. The place to skip the test where there is no server.</summary>
    protected virtual ValueTask PrepareAsync() => ValueTask.CompletedTask;

    /// <summary>
    /// A closed provider on the storage of this name, which is empty when a test asks for it first; the same name is the same storage
    /// until the test ends. The contract disposes of the provider.
    /// </summary>
    protected abstract ValueTask<IDataProvider> MakeAsync(string storage);

    /// <summary>Called last, when all providers are disposed of.</summary>
    protected abstract ValueTask RemoveStoragesAsync();

    protected async Task<IDataProvider> MakeClosedAsync(string storage)
    {
        IDataProvider provider = await MakeAsync(storage);
        lock (_providers)
        {
            _providers.Add(provider);
        }

        return provider;
    }

    protected async Task<IDataProvider> OpenAsync(string storage)
    {
        IDataProvider provider = await MakeClosedAsync(storage);
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        return provider;
    }

    /// <summary>Closes the provider and opens its storage with a new one.</summary>
    protected async Task ReopenAsync()
    {
        await Provider.DisposeAsync();
        _provider = await OpenAsync(MainStorage);
    }

    protected static ObjectKey UserKey(string name) => new(ObjectKind.User, name);

    protected static ObjectKey FolderKey(string name) => new(ObjectKind.Folder, name);

    protected static ReadOnlyMemory<byte> Document(string text) => Encoding.UTF8.GetBytes($$"""{"text":"{{text}}", "number" : 1}""");

    protected static ObjectChange Add(ObjectKey key, params ObjectKey[] references) => ObjectChange.Put(key, 0, Document(key.Name), "", references);

    protected static ObjectChange Put(ObjectKey key, long? version, string text, params ObjectKey[] references) =>
        ObjectChange.Put(key, version, Document(text), "", references);

    protected async Task<ObjectStoreResult> ApplyAsync(params ObjectChange[] changes) => await Objects.ApplyAsync(changes, Ct);

    /// <summary>Applies what must succeed.</summary>
    protected async Task<IReadOnlyList<StoredObject?>> MakeAsync(params ObjectChange[] changes)
    {
        ObjectStoreResult result = await Objects.ApplyAsync(changes, Ct);
        result.Outcome.ShouldBe(ObjectStoreOutcome.Done);
        return result.Stored;
    }

    protected async Task<StoredObject> FindAsync(ObjectKey key) => (await Objects.FindAsync(key, Ct)).ShouldNotBeNull();

    protected async Task ShouldBeMissingAsync(params ObjectKey[] keys)
    {
        foreach (ObjectKey key in keys)
        {
            (await Objects.FindAsync(key, Ct)).ShouldBeNull();
        }
    }

    protected static void ShouldBeSame(StoredObject? actual, StoredObject? expected)
    {
        actual.ShouldNotBeNull();
        expected.ShouldNotBeNull();
        Describe(actual).ShouldBe(Describe(expected));
    }

    protected static string Describe(StoredObject? stored) => stored is null
        ? "-"
        : $"{stored.Key} id {stored.Id} version {stored.Version} stamp {stored.Stamp} role '{stored.Role}' {Encoding.UTF8.GetString(stored.Document.Span)}";
}
