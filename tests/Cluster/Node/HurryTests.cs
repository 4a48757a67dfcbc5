using Hpc.Actors.Cluster.InProcess;
using Hpc.Actors.Cluster.Node;
using Hpc.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Cluster.Tests.Node;

public sealed class HurryTests
{
    [Fact]
    public void What_hurries_while_a_tick_is_on_its_way_is_told_by_the_next_one_before_its_time()
    {
        var engine = new InProcessEngine(new ManualTimeProvider());
        var options = new ClusterOptions { Name = "a" };
        var protocol = new NodeProtocol(
            options, new NodeShares((_, error) => throw error), new NodeSessions(), new NodeScores(), new ClusterEvents(new RecordedEvents(), NullLogger.Instance), new Random(1));
        TimeSpan now = TimeSpan.FromSeconds(1);
        ClusterCall join = protocol.Begin(now)!;
        protocol.Answered(join, AtOnce.Of(engine.JoinAsync(join.Join!, CancellationToken.None)), now);
        ClusterCall tick = protocol.Begin(now)!;
        TickReply(engine, protocol, tick, now);
        protocol.NextEvent.ShouldBe(now + options.Tick);

        now += options.Tick;
        tick = protocol.Begin(now)!;
        protocol.Hurry(now);
        TickReply(engine, protocol, tick, now);
        protocol.NextEvent.ShouldBe(now + options.MinGap);

        now += options.MinGap;
        TickReply(engine, protocol, protocol.Begin(now)!, now);
        protocol.NextEvent.ShouldBe(now + options.Tick);
    }

    private static void TickReply(InProcessEngine engine, NodeProtocol protocol, ClusterCall call, TimeSpan now) =>
        protocol.Answered(call, AtOnce.Of(engine.TickAsync(call.Tick!, CancellationToken.None)), now);
}
