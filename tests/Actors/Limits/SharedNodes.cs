using Hpc.Accounts.Usage;
using Hpc.Actors.Limits;
using Hpc.Storage.Local;
using Hpc.TestKit;

namespace Hpc.Actors.Tests.Limits;

/// <summary>Nodes on one store, one clock and one directory of files.</summary>
internal sealed class SharedNodes : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpc-shared-");
    private readonly List<UsageFixture> _nodes = [];
    private int _runs;

    public SharedNodes(params string[] names)
    {
        Shared = new SharedMemoryUsageStore(Time);
        foreach (string name in names)
        {
            Start(name);
        }
    }

    public ManualTimeProvider Time { get; } = new();

    public SharedMemoryUsageStore Shared { get; }

    public ScriptedTrees Trees => new(_ => Tree());

    public UsageFixture this[int index] => _nodes[index];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A node with a way of its own to the store.</summary>
    public UsageFixture Start(string name)
    {
        var node = new UsageFixture(new ScriptedSharedStore(Shared), $"{++_runs:x8}", name, Time);
        node.Keeper.Nodes = 3;
        _nodes.Add(node);
        return node;
    }

    /// <summary>A node ends without telling anybody.</summary>
    public async Task KillAsync(int index)
    {
        await _nodes[index].DisposeAsync();
        _nodes.RemoveAt(index);
    }

    public void Write(string name, int length) => File.WriteAllBytes(Path.Combine(_directory.FullName, name), new byte[length]);

    public void Remove(string name) => File.Delete(Path.Combine(_directory.FullName, name));

    public FileStream Create(string name) => File.Create(Path.Combine(_directory.FullName, name));

    public long TotalLength => _directory.GetFiles().Sum(static file => file.Length);

    public string[] Files() => [.. _directory.GetFiles().Select(file => file.Name)];

    public ScopeTree Tree() => new() { Files = LocalFileSystem.Open(_directory.FullName) };

    /// <summary>So many seconds pass for all.</summary>
    public async Task TickAsync(int count = 1)
    {
        for (int i = 0; i < count; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await SettleAsync();
        }
    }

    /// <summary>Time passes until the work is done.</summary>
    public async Task<T> UntilAsync<T>(Task<T> work)
    {
        while (!work.IsCompleted)
        {
            Ct.ThrowIfCancellationRequested();
            await TickAsync();
        }

        return await work;
    }

    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            Ct.ThrowIfCancellationRequested();
            await TickAsync();
        }
    }

    public async Task<UsageRecord> RecordAsync() => (await Shared.FindAsync(UsageFixture.Scope, Ct)).ShouldNotBeNull();

    public async ValueTask DisposeAsync()
    {
        foreach (UsageFixture node in _nodes)
        {
            await node.DisposeAsync();
        }

        _directory.Delete(recursive: true);
    }

    private async Task SettleAsync()
    {
        foreach (UsageFixture node in _nodes)
        {
            await node.LoadBarrierAsync();
            await node.LoadBarrierAsync();
        }
    }
}
