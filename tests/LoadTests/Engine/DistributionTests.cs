using Hpc.LoadTests.Engine;
using Hpc.LoadTests.Scenarios.Model;

namespace Hpc.LoadTests.Tests.Engine;

public sealed class DistributionTests
{
    private const int Draws = 20_000;

    [Fact]
    public void The_same_seed_makes_the_same_choices()
    {
        SeededRandom first = SeededRandom.For(3, 5);
        SeededRandom second = SeededRandom.For(3, 5);
        SeededRandom other = SeededRandom.For(3, 6);
        ulong[] drawn = [.. Enumerable.Range(0, 10).Select(_ => first.NextUInt64())];
        drawn.ShouldBe(Enumerable.Range(0, 10).Select(_ => second.NextUInt64()));
        drawn.ShouldNotBe(Enumerable.Range(0, 10).Select(_ => other.NextUInt64()));
    }

    [Fact]
    public void Actions_come_by_their_weights()
    {
        var mix = new OperationMix([(SessionAction.Upload, 1), (SessionAction.Download, 3)]);
        SeededRandom random = SeededRandom.For(1, 1);
        int uploads = 0;
        for (int i = 0; i < Draws; i++)
        {
            uploads += mix.Next(ref random) == SessionAction.Upload ? 1 : 0;
        }

        ((double)uploads / Draws).ShouldBe(0.25, 0.02);
    }

    [Fact]
    public void Sizes_keep_their_bounds()
    {
        SeededRandom random = SeededRandom.For(1, 2);
        var uniform = new UniformSize(10, 20);
        var lognormal = new LogNormalSize(1000, 1, 5000);
        var listed = new ListedSize([(1, 1), (7, 2)]);
        for (int i = 0; i < Draws; i++)
        {
            uniform.Next(ref random).ShouldBeInRange(10, 20);
            lognormal.Next(ref random).ShouldBeInRange(0, 5000);
            listed.Next(ref random).ShouldBeOneOf(1, 7);
        }
    }

    [Fact]
    public void Half_of_a_lognormal_is_below_its_median()
    {
        SeededRandom random = SeededRandom.For(1, 3);
        var sizes = new LogNormalSize(1000, 1, long.MaxValue);
        int below = 0;
        for (int i = 0; i < Draws; i++)
        {
            below += sizes.Next(ref random) < 1000 ? 1 : 0;
        }

        ((double)below / Draws).ShouldBe(0.5, 0.02);
    }

    [Fact]
    public void Think_times_have_their_mean()
    {
        SeededRandom random = SeededRandom.For(1, 4);
        var think = new ThinkTime(ThinkTimeKind.Exponential, TimeSpan.FromMilliseconds(100), TimeSpan.Zero);
        double sum = 0;
        for (int i = 0; i < Draws; i++)
        {
            sum += think.Next(ref random).TotalMilliseconds;
        }

        (sum / Draws).ShouldBe(100, 5);
    }
}
