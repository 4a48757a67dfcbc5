using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.InProcess;
using Hpc.Actors.Cluster.Node;
using Hpc.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Cluster.Tests.Node;

public sealed class LeaveTests
{
    [Fact]
    public async Task Who_leaves_while_its_join_is_on_its_way_hands_back_what_that_begins()
    {
        var engine = new InProcessEngine(new ManualTimeProvider());
        var protocol = new NodeProtocol(
            new ClusterOptions { Name = "a" }, new NodeShares((_, error) => throw error), new NodeSessions(), new NodeScores(), new ClusterEvents(new RecordedEvents(), NullLogger.Instance), new Random(1));
        ClusterCall join = protocol.Begin(TimeSpan.FromSeconds(1))!;
        NodeEpoch epoch = protocol.Leave().ShouldNotBeNull();
        AtOnce.Of(engine.JoinAsync(join.Join!, CancellationToken.None));
        AtOnce.Of(engine.ListNodesAsync(CancellationToken.None)).ShouldHaveSingleItem();
        await engine.LeaveAsync(epoch, TestContext.Current.CancellationToken);
        AtOnce.Of(engine.ListNodesAsync(CancellationToken.None)).ShouldBeEmpty();
    }
}
