using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.InProcess;
using Hpc.Actors.Cluster.Node;
using Hpc.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Cluster.Tests.Node;

public sealed class TickCostTests
{
    [Fact]
    public void A_tick_of_ten_thousand_scopes_that_did_not_change_allocates_next_to_nothing()
    {
        var time = new ManualTimeProvider();
        var engine = new InProcessEngine(time);
        var shares = new NodeShares((_, error) => throw error);
        var protocol = new NodeProtocol(
            new ClusterOptions { Name = "a" }, shares, new NodeSessions(), new NodeScores(), new ClusterEvents(new RecordedEvents(), NullLogger.Instance), new Random(1));
        for (int i = 0; i < 10_000; i++)
        {
            shares.Register(new FakeSource($"user/u{i}/down", 1_000_000));
        }

        TimeSpan now = TimeSpan.Zero;
        long allocated = 0;
        for (int tick = 0; tick < 20; tick++)
        {
            now += TimeSpan.FromSeconds(1);
            time.Advance(TimeSpan.FromSeconds(1));
            long before = GC.GetAllocatedBytesForCurrentThread();
            while (protocol.Begin(now) is { } call)
            {
                Answer(engine, protocol, call, now);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        protocol.Tally.DemandsTold.ShouldBe(10_000);
        allocated.ShouldBeLessThan(1_000);
    }

    private static void Answer(InProcessEngine engine, NodeProtocol protocol, ClusterCall call, TimeSpan now)
    {
        if (call.Join is { } join)
        {
            protocol.Answered(call, AtOnce.Of(engine.JoinAsync(join, CancellationToken.None)), now);
        }
        else
        {
            protocol.Answered(call, AtOnce.Of(engine.TickAsync(call.Tick!, CancellationToken.None)), now);
        }
    }
}
