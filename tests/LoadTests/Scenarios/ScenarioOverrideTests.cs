using Hpc.LoadTests.Scenarios;
using Hpc.LoadTests.Scenarios.Model;
using Hpc.LoadTests.Scenarios.Reading;

namespace Hpc.LoadTests.Tests.Scenarios;

public sealed class ScenarioOverrideTests
{
    private const string Text = """
        name: overridden
        sessions: 10
        stages:
          - {kind: ramp, to: 100%}
          - {kind: steady, duration: 1 s}
        """;

    [Fact]
    public void A_setting_takes_the_place_of_what_the_text_has()
    {
        Scenario scenario = ScenarioReader.Read(Text, ["sessions=500", "stages[1].duration=2 min", "files.size=3 KiB", "thresholds.errors=<= 4", "stages[0]. to=50%".Replace(" ", "", StringComparison.Ordinal)]);
        scenario.MaxSessions.ShouldBe(500);
        scenario.Stages[0].To.ShouldBe(250);
        scenario.Stages[1].Duration.ShouldBe(TimeSpan.FromMinutes(2));
        scenario.Files.Size.ShouldBe(new FixedSize(3072));
        scenario.Thresholds.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            static threshold => threshold.Metric.ShouldBe("errors"),
            static threshold => threshold.Limit.ShouldBe(4));
    }

    [Theory]
    [InlineData("sessions")]
    [InlineData("=5")]
    [InlineData("stages[2].duration=1 s")]
    [InlineData("stages[x].duration=1 s")]
    [InlineData("stages.duration=1 s")]
    [InlineData("name.first=x")]
    [InlineData("sessions..x=1")]
    [InlineData("a.b.c.d.e.f.g.h.i=1")]
    public void A_setting_that_fits_nowhere_is_refused(string setting) => Should.Throw<ScenarioException>(() => ScenarioReader.Read(Text, [setting]));

    [Fact]
    public void What_is_set_is_checked_like_what_is_read() =>
        Should.Throw<ScenarioException>(() => ScenarioReader.Read(Text, ["sessions=many"])).Faults.ShouldHaveSingleItem().ToString()
            .ShouldBe("sessions: found 'many'; allowed is a whole number from 1 to 100000.");
}
