using System.Collections.Concurrent;
using Hpc.Accounts.Usage;
using Hpc.Actors.Kernel;
using Hpc.Actors.Limits;
using Hpc.HttpApi.Parts;
using Hpc.Server.Provision;
using Hpc.Server.Tests.Support;
using Hpc.Storage;
using Hpc.Storage.Local;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Server.Tests.Provision;

public sealed class QuotaOperationsTests : IAsyncLifetime
{
    private const int Scopes = 100;

    private readonly TemporaryDirectory _directory = new();
    private readonly ActorSystem _actors = new();
    private readonly MemoryUsageStore _store = new(TimeProvider.System);
    private GatedTrees _trees = null!;
    private QuotaOperations _quotas = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_directory["home"]);
        await File.WriteAllTextAsync(_directory["home/x"], "abcde");
        _trees = new GatedTrees(_directory["home"]);
        var keeper = new UsageKeeper(_actors, _store, new UsageNode("local", "00000001"), NullLogger<UsageKeeper>.Instance);
        _quotas = new QuotaOperations(keeper, _trees, TimeProvider.System, NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _quotas.DisposeAsync();
        await _actors.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task All_that_is_asked_for_is_counted_a_few_at_a_time()
    {
        for (int i = 0; i < Scopes; i++)
        {
            (await _quotas.StartScanAsync($"user:{i}", Ct)).ShouldBe(ScanStart.Started);
        }

        (await _quotas.StartScanAsync("user:0", Ct)).ShouldBe(ScanStart.AlreadyRunning);
        (await _quotas.StartScanAsync($"user:{Scopes - 1}", Ct)).ShouldBe(ScanStart.AlreadyRunning);
        await UntilAsync(() => new(_trees.Waiting == QuotaOperations.MaxRunning));
        _trees.Gate.SetResult();
        await UntilAsync(async () => (await _store.ListAsync(null, Scopes + 1, Ct)).Count(record => record.CountedBytes == 5) == Scopes);
        _trees.MostWaiting.ShouldBe(QuotaOperations.MaxRunning);
        await UntilAsync(async () => await _quotas.StartScanAsync("user:0", Ct) == ScanStart.Started);
    }

    [Fact]
    public async Task What_is_not_there_or_cannot_be_reached_is_refused_at_once()
    {
        (await _quotas.StartScanAsync("user:gone", Ct)).ShouldBe(ScanStart.NotFound);
        (await _quotas.StartScanAsync("user:away", Ct)).ShouldBe(ScanStart.FilesUnavailable);
    }

    [Fact]
    public async Task What_waits_is_forgotten_when_the_server_stops()
    {
        for (int i = 0; i < Scopes; i++)
        {
            (await _quotas.StartScanAsync($"user:{i}", Ct)).ShouldBe(ScanStart.Started);
        }

        await _quotas.DisposeAsync();
        (await _quotas.StartScanAsync("user:new", Ct)).ShouldBe(ScanStart.Unavailable);
        (await _store.ListAsync(null, Scopes, Ct)).ShouldBeEmpty();
        _quotas = new QuotaOperations(
            new UsageKeeper(new ActorSystem(), _store, new UsageNode("local", "00000002"), NullLogger<UsageKeeper>.Instance), _trees, TimeProvider.System, NullLogger.Instance);
    }

    private static async Task UntilAsync(Func<ValueTask<bool>> condition)
    {
        while (!await condition())
        {
            Ct.ThrowIfCancellationRequested();
            await Task.Delay(10, Ct);
        }
    }

    /// <summary>The same files for every scope. The first opening of a scope is answered at once, further ones behind a gate.</summary>
    private sealed class GatedTrees(string root) : IScopeTrees
    {
        private readonly ConcurrentDictionary<string, bool> _seen = new();
        private int _waiting;
        private int _mostWaiting;

        public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Waiting => Volatile.Read(ref _waiting);

        public int MostWaiting => Volatile.Read(ref _mostWaiting);

        public ValueTask<bool> ExistsAsync(string scope, CancellationToken ct) => new(scope != "user:gone");

        public async ValueTask<StorageResult<ScopeTree>> OpenAsync(string scope, CancellationToken ct)
        {
            if (scope is "user:gone" or "user:away")
            {
                return scope == "user:gone" ? StorageError.NotFound : StorageError.IoError;
            }

            if (!_seen.TryAdd(scope, true))
            {
                int waiting = Interlocked.Increment(ref _waiting);
                lock (_seen)
                {
                    _mostWaiting = Math.Max(_mostWaiting, waiting);
                }

                await Gate.Task.WaitAsync(ct);
                Interlocked.Decrement(ref _waiting);
            }

            return new ScopeTree { Files = LocalFileSystem.Open(root, new LocalFileSystemOptions()) };
        }
    }
}
