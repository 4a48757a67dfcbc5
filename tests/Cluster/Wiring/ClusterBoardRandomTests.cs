using Hpc.Actors.Defender;

namespace Hpc.Cluster.Tests.Wiring;

/// <summary>Random events on three nodes.</summary>
public sealed class ClusterBoardRandomTests
{
    private const int Hosts = 6;

    // Events come at multiples of this, and no time that counts ends within a tick of one.
    private const int Step = 7;

    private static readonly DefenderOptions Options = DefenderWorld.Options with
    {
        ObservationTime = TimeSpan.FromSeconds(600.5), BanTime = TimeSpan.FromSeconds(304.5), BanTimeIncrement = 46,
    };

    /// <summary>A few; more by hand with HPC_CLUSTER_SEEDS.</summary>
    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(1, int.TryParse(Environment.GetEnvironmentVariable("HPC_CLUSTER_SEEDS"), out int many) ? many : 4)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Three_nodes_that_hear_of_everything_ban_as_one_does(int seed)
    {
        var random = new Random(seed);
        var world = new DefenderWorld(3, Options);
        world.Pass(3);
        var one = new MemoryBoard(Options, world.Time);
        for (int step = 0; step < 600; step++)
        {
            DefenderNode node = world.Nodes[random.Next(3)];
            HostKey host = DefenderWorld.Host(random.Next(Hosts));
            string what = await ActAsync(node, one, host, world.Time.GetUtcNow(), random);
            world.Pass(Step);
            Compare(world, one, $"seed {seed}, step {step}: {what} of {host} on {node.Name}");
            world.Pass(random.Next(6) == 0 ? random.Next(1, 20) * Step : 0);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Nodes_that_are_cut_off_now_and_then_agree_when_they_are_back(int seed)
    {
        var random = new Random(seed);
        var world = new DefenderWorld(3, Options);
        for (int round = 0; round < 40; round++)
        {
            for (int step = 0; step < 15; step++)
            {
                await TroubleAsync(world, random);
                world.Pass(random.Next(4) == 0 ? random.Next(1, 15) : 0);
            }

            world.IsAway = false;
            foreach (DefenderNode node in world.Nodes)
            {
                node.IsCutOff = false;
            }

            await world.SettleAsync();
            world.AllAgree($"seed {seed}, round {round}");
        }
    }

    private static async Task<string> ActAsync(DefenderNode node, MemoryBoard one, HostKey host, DateTimeOffset now, Random random)
    {
        switch (random.Next(12))
        {
            case 0 when !IsAsMuchAsGrowth(one, host, now):
                await node.BanAsync(host, TimeSpan.FromSeconds(403.5));
                one.Ban(host, TimeSpan.FromSeconds(403.5));
                return "ban";
            case 1:
                await node.UnbanAsync(host);
                one.Remove(host);
                return "unban";
            case 2 or 3:
                node.Board.IsBannedOnReturn(host);
                one.IsBannedOnReturn(host);
                return "return";
            default:
                int points = random.Next(1, 5);
                node.Board.Add(host, points);
                one.Add(host, points);
                return $"{points} points";
        }
    }

    // A node takes it for a return that another one has told, and counts none for a minute.
    private static bool IsAsMuchAsGrowth(MemoryBoard one, HostKey host, DateTimeOffset now) =>
        one.Find(host)?.BannedUntil is { } until && Math.Abs((now.AddSeconds(403.5) - until - Options.Increment).TotalSeconds) < 10;

    private static async Task TroubleAsync(DefenderWorld world, Random random)
    {
        DefenderNode node = world.Nodes[random.Next(3)];
        HostKey host = DefenderWorld.Host(random.Next(Hosts));
        switch (random.Next(14))
        {
            case 0: await node.BanAsync(host, TimeSpan.FromSeconds(random.Next(1, 600))); break;
            case 1: await node.UnbanAsync(host); break;
            case 2 or 3: node.Board.IsBannedOnReturn(host); break;
            case 4: node.IsCutOff = !node.IsCutOff; break;
            case 5: world.IsAway = !world.IsAway; break;
            case 6 when random.Next(20) == 0: world.Forget(); break;
            default: node.Board.Add(host, random.Next(1, 5)); break;
        }
    }

    // A ban of the cluster begins with the tick that tells of it, up to two seconds behind that of one node.
    private static void Compare(DefenderWorld world, MemoryBoard one, string because)
    {
        world.AllAgree(because);
        for (int i = 0; i < Hosts; i++)
        {
            DateTimeOffset? expected = one.Find(DefenderWorld.Host(i))?.BannedUntil;
            DateTimeOffset? found = world.Nodes[0].Board.Find(DefenderWorld.Host(i))?.BannedUntil;
            bool isSame = expected is { } mine && found is { } theirs
                ? Math.Abs((mine - theirs).TotalSeconds) <= 3
                : (expected ?? found) is not { } only || only - world.Time.GetUtcNow() <= TimeSpan.FromSeconds(3);
            isSame.ShouldBeTrue($"{DefenderWorld.Host(i)} until {expected} on one, {found} on three: {because}");
        }
    }
}
