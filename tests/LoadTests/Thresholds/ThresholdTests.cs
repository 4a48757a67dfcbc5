using Hpc.LoadTests.Run;
using Hpc.LoadTests.Thresholds;

namespace Hpc.LoadTests.Tests.Thresholds;

public sealed class ThresholdTests
{
    [Theory]
    [InlineData("<= 500 ms", 0.5, true)]
    [InlineData("<= 500 ms", 0.501, false)]
    [InlineData("< 500 ms", 0.5, false)]
    [InlineData(">= 1 s", 1, true)]
    [InlineData("> 1 s", 1, false)]
    [InlineData("== 0", 0, true)]
    public void A_figure_is_compared_as_the_text_says(string text, double value, bool isMet)
    {
        ThresholdText.TryRead("login.p99", MetricUnit.Duration, text, out Threshold threshold).ShouldBeTrue();
        threshold.IsMetBy(value).ShouldBe(isMet);
    }

    [Theory]
    [InlineData("500 ms")]
    [InlineData("<=")]
    [InlineData("=< 5 ms")]
    [InlineData("<= five ms")]
    [InlineData("<= 5 MB")]
    [InlineData("<= -5 ms")]
    [InlineData("<= 5")]
    public void What_is_no_comparison_is_refused(string text) =>
        ThresholdText.TryRead("login.p99", MetricUnit.Duration, text, out _).ShouldBeFalse();

    [Fact]
    public void A_figure_that_was_not_measured_misses_its_threshold() => Judge("login.p99", null, knowsServer: true).ShouldBe(ThresholdOutcome.Missed);

    [Fact]
    public void A_servers_figure_is_left_out_where_the_server_is_not_ours()
    {
        Judge("server.sessions_left", null, knowsServer: false).ShouldBe(ThresholdOutcome.NotMeasured);
        Judge("server.sessions_left", null, knowsServer: true).ShouldBe(ThresholdOutcome.Missed);
    }

    [Fact]
    public void Memory_per_session_is_counted_from_the_empty_server_and_from_the_moment_before()
    {
        MemoryPoint[] points = [Point(0, 1000), Point(50, 1600), Point(100, 2000), Point(100, 9000), Point(0, 5000)];
        MemoryFigures.PerSession(points, static point => point.ServerResidentKib).ShouldBe(10);
        MemoryFigures.PerFurtherSession(points, static point => point.ServerResidentKib).ShouldBe(8);
        MemoryFigures.PerSession(points[1..], static point => point.ServerResidentKib).ShouldBeNull();
        MemoryFigures.PerSession([], static point => point.ServerResidentKib).ShouldBeNull();
    }

    private static ThresholdOutcome Judge(string metric, double? value, bool knowsServer)
    {
        var threshold = new Threshold(metric, Comparison.LessOrEqual, 0, "<= 0");
        return ThresholdResult.Of([threshold], new Dictionary<string, double?> { [metric] = value }, knowsServer)[0].Outcome;
    }

    private static MemoryPoint Point(int sessions, long kib) => new() { Stage = "s", Sessions = sessions, ServerResidentKib = kib };
}
