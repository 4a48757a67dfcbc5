using Hpc.Actors.Cluster.InProcess;
using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Cluster.Wiring;
using Hpc.Actors.Kernel;
using Hpc.Actors.Limits.Bandwidth;
using Hpc.Cluster.Tests.Node;
using Hpc.Storage.Vfs.Bandwidth;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Cluster.Tests.Wiring;

/// <summary>The same over whole nodes, by the clock of the machine.</summary>
public sealed class ClusterRatesNodeTests
{
    private const long Limit = 12_000_000;
    private const string Ann = "user/ann/down";

    [Fact]
    public async Task Two_nodes_divide_a_limit_and_who_waits_goes_on()
    {
        var engine = new InProcessEngine(TimeProvider.System);
        await using var a = new WholeNode(engine, "a");
        await using var b = new WholeNode(engine, "b");
        BandwidthLease before = a.Keeper.Open(new SessionBandwidth { UserName = "ann", Download = Limit })!;
        a.Keeper.List().ShouldHaveSingleItem().Rate.ShouldBe(0);
        a.Start();
        b.Start();
        await BecomesAsync(() => a.RateOf(Ann) == Limit);

        using ITransferPace first = before.Bandwidth.Download!.Begin();
        using ITransferPace second = b.Keeper.Open(new SessionBandwidth { UserName = "ann", Download = Limit })!.Bandwidth.Download!.Begin();
        Task<bool> goesOn = second.WaitAsync(1000, TestContext.Current.CancellationToken).AsTask();
        await BecomesAsync(() => first.TryTake(1_000_000, 1_000_000) >= 0 && b.RateOf(Ann) > 0);
        (await goesOn).ShouldBeTrue();
        (a.RateOf(Ann) + b.RateOf(Ann)).ShouldBeLessThanOrEqualTo(Limit);
        a.Rates.Counters.FirstGrants.ShouldBe(1);
        b.Rates.Counters.Shared.ShouldBe(1);
    }

    [Fact]
    public async Task Sessions_that_come_and_go_on_many_threads_leave_nothing()
    {
        await using var node = new WholeNode(new InProcessEngine(TimeProvider.System), "a");
        node.Start();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            var random = new Random(thread);
            for (int i = 0; i < 2000; i++)
            {
                var limits = new SessionBandwidth { UserName = $"u{random.Next(5)}", Download = random.Next(3) * 1_000_000, Groups = [new GroupTotal("g", 0, 5_000_000)] };
                using BandwidthLease lease = node.Keeper.Open(limits)!;
                using ITransferPace pace = lease.Bandwidth.Download!.Begin();
                _ = pace.TryTake(100, 100);
                _ = node.Rates.Counters;
            }
        })));
        await BecomesAsync(() => node.Keeper.Open(new SessionBandwidth { UserName = "none" }) is null && node.Keeper.List().Count == 0);
        node.Rates.Counters.Shared.ShouldBe(0);
        node.Rates.Counters.Ungranted.ShouldBe(0);
    }

    private static async Task BecomesAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            patience.IsCancellationRequested.ShouldBeFalse("it never came");
            await Task.Yield();
        }
    }

    private sealed class WholeNode : IAsyncDisposable
    {
        private readonly ActorSystem _system = new();
        private readonly ClusterNode _node;

        public WholeNode(InProcessEngine engine, string name)
        {
            _node = new ClusterNode(_system, engine, new ClusterOptions { Name = name }, new RecordedEvents(), NullLogger<ClusterNode>.Instance);
            Rates = new ClusterRates(_node);
            Keeper = new BandwidthKeeper(TimeProvider.System, NullLogger<BandwidthKeeper>.Instance, Rates);
        }

        public ClusterRates Rates { get; }

        public BandwidthKeeper Keeper { get; }

        public void Start() => _node.Start();

        public long RateOf(string scope) => Keeper.List().Single(found => found.Name == scope).Rate;

        public async ValueTask DisposeAsync()
        {
            Keeper.Dispose();
            await _system.StopAsync();
        }
    }
}
