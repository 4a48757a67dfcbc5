using Hpc.LoadTests.Engine;
using Hpc.LoadTests.Scenarios.Model;

namespace Hpc.LoadTests.Tests.Engine;

public sealed class StagePlanTests
{
    [Fact]
    public void A_ramp_goes_up_in_equal_steps()
    {
        var plan = new StagePlan(Ramp(0, 10, 10));
        Enumerable.Range(0, 12).Select(second => plan.SessionsAt(TimeSpan.FromSeconds(second))).ShouldBe([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10]);
    }

    [Fact]
    public void A_ramp_goes_down_in_equal_steps()
    {
        var plan = new StagePlan(Ramp(10, 0, 10));
        Enumerable.Range(0, 12).Select(second => plan.SessionsAt(TimeSpan.FromSeconds(second))).ShouldBe([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]);
    }

    [Fact]
    public void A_ramp_without_duration_is_there_at_once()
    {
        var plan = new StagePlan(Ramp(0, 2000, 0));
        plan.SessionsAt(TimeSpan.Zero).ShouldBe(2000);
        plan.NextChange(TimeSpan.Zero).ShouldBeNull();
        plan.IsTimeOver(TimeSpan.Zero).ShouldBeTrue();
    }

    [Theory]
    [InlineData(0, 7, 3.0)]
    [InlineData(100, 3, 11.0)]
    [InlineData(5, 5, 2.0)]
    [InlineData(0, 10_000, 1.0)]
    public void Who_sleeps_until_the_next_change_misses_none(int from, int to, double seconds)
    {
        Stage stage = Ramp(from, to, seconds);
        var plan = new StagePlan(stage);
        TimeSpan now = TimeSpan.Zero;
        var seen = new List<int> { plan.SessionsAt(now) };
        while (plan.NextChange(now) is { } next)
        {
            next.ShouldBeGreaterThan(now);
            now = next + TimeSpan.FromTicks(1);
            seen.Add(plan.SessionsAt(now));
        }

        seen[0].ShouldBe(from);
        seen[^1].ShouldBe(to);
        seen.Zip(seen.Skip(1)).ShouldAllBe(static pair => Math.Abs(pair.First - pair.Second) <= 1);
    }

    [Fact]
    public void Other_stages_keep_their_number()
    {
        var plan = new StagePlan(new Stage { Name = "s", Kind = StageKind.Steady, From = 5, To = 5, Duration = TimeSpan.FromSeconds(3) });
        plan.SessionsAt(TimeSpan.Zero).ShouldBe(5);
        plan.SessionsAt(TimeSpan.FromHours(1)).ShouldBe(5);
        plan.NextChange(TimeSpan.Zero).ShouldBeNull();
        plan.IsTimeOver(TimeSpan.FromSeconds(2.9)).ShouldBeFalse();
        plan.IsTimeOver(TimeSpan.FromSeconds(3)).ShouldBeTrue();
    }

    private static Stage Ramp(int from, int to, double seconds) =>
        new() { Name = "r", Kind = StageKind.Ramp, From = from, To = to, Duration = TimeSpan.FromSeconds(seconds) };
}
