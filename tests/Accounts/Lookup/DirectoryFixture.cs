using System.Text;
using System.Text.Json;
using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Lookup;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Tests.Lookup;

/// <summary>A directory over a store in memory.</summary>
internal sealed class DirectoryFixture : IAsyncDisposable
{
    private readonly MemoryDataProvider _provider;

    private DirectoryFixture(MemoryDataProvider provider, AccountDirectoryOptions options, bool tellsNow)
    {
        _provider = provider;
        Store = new SpyingObjectStore(provider.Objects) { TellsNow = tellsNow };
        Directory = new AccountDirectory(Store, options, Time, Log);
    }

    public SteppedTime Time { get; } = new();

    public SpyingObjectStore Store { get; }

    public AccountDirectory Directory { get; }

    public LineLog Log { get; } = new();

    public static async Task<DirectoryFixture> CreateAsync(bool tellsNow = true, AccountDirectoryOptions? options = null)
    {
        var provider = new MemoryDataProvider(TimeProvider.System);
        await provider.OpenAsync(SchemaUpdate.Automatic, CancellationToken.None);
        return new DirectoryFixture(provider, options ?? new(), tellsNow);
    }

    public static User UserOf(string name, params (string Name, int Type)[] groups) => new()
    {
        Username = name,
        Status = 1,
        HomeDir = "/srv/" + name,
        Permissions = new Dictionary<string, IReadOnlyList<string>> { ["/"] = ["*"] },
        Groups = [.. groups.Select(group => new GroupMapping { Name = group.Name, Type = group.Type })],
    };

    /// <summary>Stores objects behind the directory's back, as another node would.</summary>
    public async Task PutAsync(params IAccountObject[] values) => await PutAsync([.. values.Select(Change)]);

    public async Task PutAsync(params ObjectChange[] changes) =>
        (await _provider.Objects.ApplyAsync(changes, CancellationToken.None)).Outcome.ShouldBe(ObjectStoreOutcome.Done);

    public Task PutRawAsync(ObjectKind kind, string name, string json) =>
        PutAsync(ObjectChange.Put(new ObjectKey(kind, name), null, Encoding.UTF8.GetBytes(json), "", []));

    public async Task<UserAccount> FindAsync(string name) => (await Directory.FindAsync(name, CancellationToken.None)).ShouldNotBeNull();

    public UserAccount? FindNow(string name) => Directory.TryFindNow(name, out UserAccount? user) ? user : null;

    public async ValueTask DisposeAsync()
    {
        Directory.Dispose();
        await _provider.DisposeAsync();
    }

    private static ObjectChange Change(IAccountObject value)
    {
        byte[] document = JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), AccountsJson.Default);
        return ObjectChange.Put(new ObjectKey(value.Kind, value.Name), null, document, "", []);
    }
}
