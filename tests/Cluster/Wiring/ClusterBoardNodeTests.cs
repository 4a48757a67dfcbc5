using System.Net;
using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.InProcess;
using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Cluster.Wiring;
using Hpc.Actors.Defender;
using Hpc.Actors.Kernel;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Cluster.Tests.Wiring;

/// <summary>Defenders of whole nodes on the engine, by the clock of the machine.</summary>
public sealed class ClusterBoardNodeTests : IAsyncDisposable
{
    private static readonly IPAddress Address = IPAddress.Parse("192.0.2.1");

    private readonly InProcessEngine _engine = new(TimeProvider.System);
    private readonly List<ActorSystem> _systems = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_guesses_on_two_nodes_is_banned_on_both_and_lifted_on_both()
    {
        HostDefender a = Start("a");
        HostDefender b = Start("b");
        for (int i = 0; i < 5; i++)
        {
            a.Count(Address, "SSH", DefenderEvent.LoginFailed);
            b.Count(Address, "SSH", DefenderEvent.LoginFailed);
        }

        await BecomesAsync(() => a.IsBanned(Address) && b.IsBanned(Address));
        (await b.ForgetAsync(Address, Ct)).ShouldBe(ForgetOutcome.Forgotten);
        b.IsBanned(Address).ShouldBeFalse();
        await BecomesAsync(() => !a.IsBanned(Address));
        a.Counters.Bans.ShouldBe(1);
    }

    [Fact]
    public async Task A_ban_by_hand_is_in_force_on_other_nodes_and_on_those_that_come_later()
    {
        HostDefender a = Start("a");
        HostDefender b = Start("b");
        (await a.BanAsync(Address, TimeSpan.FromHours(1), Ct)).ShouldBe(BanOutcome.Banned);
        a.IsBanned(Address).ShouldBeTrue();
        await BecomesAsync(() => b.IsBanned(Address));
        HostDefender late = Start("c");
        await BecomesAsync(() => late.IsBanned(Address));
    }

    [Fact]
    public async Task Words_of_operators_that_cannot_be_told_are_said_to_be_in_force_here_alone()
    {
        HostDefender a = Start("a", new AwayEngine());
        (await a.BanAsync(Address, TimeSpan.FromHours(1), Ct)).ShouldBe(BanOutcome.HereAlone);
        a.IsBanned(Address).ShouldBeTrue();
        (await a.ForgetAsync(Address, Ct)).ShouldBe(ForgetOutcome.HereAlone);
        a.IsBanned(Address).ShouldBeFalse();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ActorSystem system in _systems)
        {
            await system.StopAsync();
        }
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

    private HostDefender Start(string name, IClusterEngine? engine = null)
    {
        var system = new ActorSystem();
        _systems.Add(system);
        var options = new DefenderOptions { IsEnabled = true, Threshold = 10 };
        var events = new BoardEvents();
        var node = new ClusterNode(
            system, engine ?? _engine, new ClusterOptions { Name = name, Defender = ClusterBoard.ParametersOf(options) }, events, NullLogger<ClusterNode>.Instance);
        events.Board = new ClusterBoard(options, node, TimeProvider.System, NullLogger<ClusterBoard>.Instance);
        node.Start();
        return new HostDefender(options, events.Board, new IpLists(), TimeProvider.System, NullLogger<HostDefender>.Instance);
    }
}
