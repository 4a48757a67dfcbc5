using System.Net;
using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.InProcess;
using Hpc.Actors.Defender;
using Hpc.TestKit;

namespace Hpc.Cluster.Tests.Wiring;

/// <summary>Boards of several nodes over one engine, in virtual time: nothing happens but what a test says.</summary>
internal sealed class DefenderWorld
{
    public static readonly DefenderOptions Options = new() { IsEnabled = true, Threshold = 10, EntriesSoftLimit = 1_000, EntriesHardLimit = 2_000 };

    public DefenderWorld(int nodes, DefenderOptions? options = null)
    {
        Engine = new InProcessEngine(Time);
        Nodes = [.. Enumerable.Range(0, nodes).Select(i => new DefenderNode($"n{i}", this, options ?? Options))];
    }

    public ManualTimeProvider Time { get; } = new();

    public InProcessEngine Engine { get; private set; }

    public IReadOnlyList<DefenderNode> Nodes { get; }

    /// <summary>The engine answers nobody.</summary>
    public bool IsAway { get; set; }

    public TimeSpan Now => Time.GetElapsedTime(0, Time.GetTimestamp());

    public static HostKey Host(int i) => HostKey.Of(IPAddress.Parse($"192.0.2.{i}"));

    /// <summary>Time passes, and all nodes tick once a second meanwhile.</summary>
    public void Pass(int seconds = 2)
    {
        for (int i = 0; i < seconds; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            foreach (DefenderNode node in Nodes)
            {
                node.Run();
            }
        }
    }

    /// <summary>The engine loses everything that it knew.</summary>
    public void Forget() => Engine = new InProcessEngine(Time, learning: TimeSpan.FromSeconds(8));

    /// <summary>What is to be told is told, and heard.</summary>
    public async Task SettleAsync()
    {
        Pass(3);
        foreach (DefenderNode node in Nodes)
        {
            await node.Board.Teller.TellAllAsync();
        }

        Pass();
    }

    public IReadOnlyList<ClusterBan> Bans() => AtOnce.Of(Engine.ListBansAsync(null, 10_000, CancellationToken.None));

    /// <summary>Every node has the bans that the engine has, and no other.</summary>
    public void AllAgree(string because)
    {
        string expected = Text(Bans().Select(static ban => (ban.Host, ban.Until)));
        foreach (DefenderNode node in Nodes)
        {
            Text(node.Board.List(10_000).Where(static host => host.BannedUntil is not null).Select(static host => (host.Host.ToString(), host.BannedUntil!.Value)))
                .ShouldBe(expected, $"{node.Name}: {because}");
        }
    }

    private static string Text(IEnumerable<(string Host, DateTimeOffset Until)> bans) =>
        string.Join('\n', bans.OrderBy(static ban => ban.Host, StringComparer.Ordinal).Select(static ban => $"{ban.Host} {ban.Until:HH:mm:ss}"));
}
