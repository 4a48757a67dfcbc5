using Hpc.Actors.Limits.Bandwidth;
using Hpc.Storage.Vfs.Bandwidth;
using Shouldly;
using Xunit;

namespace Hpc.Actors.Tests.Limits.Bandwidth;

public sealed class BandwidthBoundTests
{
    /// <summary>A full bucket, credit that is not used yet for as long again, and the largest operation where it waits, is granted and is set aside.</summary>
    private static double Burst(long rate, long largest) => (0.3 * rate) + (3 * largest);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Never_more_passes_than_a_burst_and_what_the_time_fills(int seed)
    {
        var random = new Random(seed);
        using var fixture = new BandwidthFixture();
        long user = random.NextInt64(10_000, 50_000_000);
        long group = random.NextInt64(10_000, 100_000_000);
        var total = new GroupTotal("g", 0, group);
        const int Largest = 262_144;
        for (int i = random.Next(1, 12); i > 0; i--)
        {
            fixture.Download(i % 3 == 0 ? "ann" : "bob", user, random.Next(1, Largest), total);
        }

        string[] names = [.. fixture.Keeper.List().Select(static scope => scope.Name)];
        var moved = names.Select(static _ => new List<(double Seconds, long Moved)>()).ToArray();
        for (int step = 0; step < 4000; step++)
        {
            // Some rest for a while, and come back all at once.
            foreach (RunningTransfer transfer in fixture.Transfers)
            {
                if (random.Next(4) > 0 && step % 1000 < 700)
                {
                    transfer.Move();
                }
            }

            fixture.Time.Advance(TimeSpan.FromMilliseconds(random.Next(1, 4)));
            for (int i = 0; i < names.Length; i++)
            {
                moved[i].Add((fixture.Time.TickCount / 1000.0, MovedOf(fixture, names[i])));
            }
        }

        for (int i = 0; i < names.Length; i++)
        {
            CheckWindows(moved[i], fixture.Scope(names[i]).Limit, Largest);
        }
    }

    [Fact]
    public async Task Many_threads_at_once_pass_no_more_than_one()
    {
        const long Rate = 5_000_000;
        using var keeper = new BandwidthKeeper(TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<BandwidthKeeper>.Instance);
        using BandwidthLease lease = keeper.Open(new SessionBandwidth { UserName = "ann", Download = Rate })!;
        long started = TimeProvider.System.GetTimestamp();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(700));
        long[] moved = await Task.WhenAll(Enumerable.Range(1, 16).Select(i => Task.Run(() => MoveAsync(lease.Bandwidth.Download!, 1000 * i, stop.Token))));
        double seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        ((double)moved.Sum()).ShouldBeLessThan((Rate * seconds) + Burst(Rate, 16_000));
        moved.ShouldAllBe(static bytes => bytes > 0);
        keeper.List().Single().Moved.ShouldBe(moved.Sum());
        keeper.List().Single().Waiting.ShouldBe(0);
    }

    private static async Task<long> MoveAsync(IBandwidth bandwidth, int operation, CancellationToken stop)
    {
        using ITransferPace pace = bandwidth.Begin();
        long moved = 0;

        // Each moves something, however late it began.
        while (moved == 0 || !stop.IsCancellationRequested)
        {
            long taken = pace.TryTake(operation, operation);
            moved += taken;
            if (taken == 0)
            {
                await pace.WaitAsync(operation, moved == 0 ? CancellationToken.None : stop);
            }
        }

        return moved;
    }

    private static long MovedOf(BandwidthFixture fixture, string scope) =>
        scope.StartsWith("user/", StringComparison.Ordinal) ? fixture.Scope(scope).Moved : fixture.Transfers.Sum(static transfer => transfer.Moved);

    private static void CheckWindows(List<(double Seconds, long Moved)> samples, long rate, long largest)
    {
        // The line of the rate through the lowest point so far is the start of the worst window.
        double lowest = double.MaxValue;
        foreach ((double seconds, long moved) in samples)
        {
            double ahead = moved - (rate * seconds);
            (ahead - lowest).ShouldBeLessThan(Burst(rate, largest));
            lowest = Math.Min(lowest, ahead);
        }
    }
}
