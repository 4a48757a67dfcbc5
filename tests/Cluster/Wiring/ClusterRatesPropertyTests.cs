using Hpc.Actors.Limits.Bandwidth;

namespace Hpc.Cluster.Tests.Wiring;

/// <summary>Sessions, transfers and limits that come, go and change at random on three nodes. The rates in force are compared with the limits in each step (<see cref="RateCluster"/>).</summary>
public sealed class ClusterRatesPropertyTests
{
    private const int Users = 4;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void No_scope_has_more_than_its_limit_and_all_comes_back(int seed)
    {
        var random = new Random(seed);
        using var cluster = new RateCluster(3);
        var limits = new long[Users];
        for (int i = 0; i < Users; i++)
        {
            limits[i] = Draw(random);
        }

        long group = Draw(random);
        cluster.Watch("group/all/down", group);
        var open = new List<OpenSession>();
        var lowered = new Queue<(int At, int User)>();
        for (int step = 0; step < 600; step++)
        {
            switch (random.Next(8))
            {
                case 0 or 1 or 2:
                    int user = random.Next(Users);
                    open.Add(new OpenSession(cluster.Nodes[random.Next(3)], SessionOf(user, limits[user], group)));
                    break;
                case 3 or 4 when open.Count > 0:
                    OpenSession gone = open[random.Next(open.Count)];
                    open.Remove(gone);
                    gone.Dispose();
                    break;
                case 5 when open.Count > 0:
                    OpenSession shifted = open[random.Next(open.Count)];
                    shifted.SetActive(random.Next(2) == 0);
                    break;
                case 6 when random.Next(10) == 0:
                    int changed = random.Next(Users);
                    limits[changed] = Draw(random);
                    Reopen(open, changed, limits[changed], group);
                    break;
                default:
                    break;
            }

            WatchWhatIsKnown(cluster, limits, lowered, step);
            cluster.Run(random.Next(1, 60) / 1000.0);
        }

        open.ForEach(static session => session.Dispose());
        for (int i = 0; i < 60; i++)
        {
            cluster.Run(0.5);
            cluster.Nodes.ForEach(static node => node.Keeper.Open(new SessionBandwidth { UserName = "none" }).ShouldBeNull());
        }

        foreach (RateNode node in cluster.Nodes)
        {
            node.Keeper.List().ShouldBeEmpty();
            node.Registered.ShouldBe(0);
            node.Rates.Counters.Ungranted.ShouldBe(0);
        }
    }

    private static long Draw(Random random) => (long)Math.Pow(10, 4 + (random.NextDouble() * 4));

    private static SessionBandwidth SessionOf(int user, long limit, long group) =>
        new() { UserName = $"u{user}", Download = limit, Groups = [new GroupTotal("all", 0, group)] };

    // As an account that was changed is put in force for running sessions: on each node at once, for the cluster within a tick.
    private static void Reopen(List<OpenSession> open, int user, long limit, long group)
    {
        foreach (RateNode node in open.Select(static session => session.Node).Distinct().ToArray())
        {
            if (node.Keeper.List().Any(scope => scope.Name == $"user/u{user}/down"))
            {
                open.Add(new OpenSession(node, SessionOf(user, limit, group)));
            }
        }
    }

    // A limit that was lowered holds for the sum of all nodes when each has said so.
    private static void WatchWhatIsKnown(RateCluster cluster, long[] limits, Queue<(int At, int User)> lowered, int step)
    {
        for (int i = 0; i < Users; i++)
        {
            string scope = $"user/u{i}/down";
            long last = cluster.LimitOf(scope);
            if (limits[i] >= last)
            {
                cluster.Watch(scope, limits[i]);
            }
            else if (!lowered.Any(entry => entry.User == i))
            {
                lowered.Enqueue((step, i));
            }
        }

        while (lowered.TryPeek(out var entry) && step - entry.At > 150)
        {
            lowered.Dequeue();
            cluster.Watch($"user/u{entry.User}/down", limits[entry.User]);
        }
    }

    private sealed class OpenSession : IDisposable
    {
        private readonly BandwidthLease _lease;
        private readonly GreedyTransfer _transfer;

        public OpenSession(RateNode node, SessionBandwidth limits)
        {
            Node = node;
            _lease = node.Open(limits)!;
            _transfer = new GreedyTransfer(_lease.Bandwidth.Download!.Begin(), 8192);
            node.Transfers.Add(_transfer);
        }

        public RateNode Node { get; }

        public void SetActive(bool isActive) => _transfer.IsActive = isActive;

        public void Dispose()
        {
            Node.Transfers.Remove(_transfer);
            _transfer.Dispose();
            Node.Close(_lease);
        }
    }
}
