using Hpc.LoadTests.Measure;

namespace Hpc.LoadTests.Tests.Measure;

public sealed class LatencyHistogramTests
{
    private static readonly double[] Percents = [0, 1, 10, 50, 75, 90, 95, 99, 99.9, 99.99, 100];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 10)]
    [InlineData(4, 999)]
    [InlineData(5, 20_000)]
    public void Percentiles_are_within_one_percent_of_the_exact_ones(int seed, int count)
    {
        TimeSpan[] times = RandomTimes(seed, count);
        LatencyHistogram histogram = Recorded(times);
        Array.Sort(times);
        foreach (double percent in Percents)
        {
            TimeSpan exact = times[Math.Clamp((int)Math.Ceiling(percent / 100 * count), 1, count) - 1];
            Math.Abs(histogram.Percentile(percent).Ticks - exact.Ticks).ShouldBeLessThanOrEqualTo((long)(exact.Ticks * 0.01), $"p{percent}");
        }

        histogram.Count.ShouldBe(count);
        histogram.Max.ShouldBe(times[^1]);
        histogram.Min.ShouldBe(times[0]);
        histogram.Mean.Ticks.ShouldBe(times.Sum(static time => time.Ticks) / count);
    }

    [Fact]
    public void Every_power_of_two_and_its_neighbours_are_within_one_percent()
    {
        for (long ticks = 1; ticks < LatencyHistogram.Largest.Ticks; ticks *= 2)
        {
            foreach (long near in (long[])[ticks - 1, ticks, ticks + 1, ticks + (ticks / 3)])
            {
                // Two records beside it keep the shortest and the longest from giving the answer.
                LatencyHistogram histogram = Recorded([TimeSpan.Zero, TimeSpan.FromTicks(near), LatencyHistogram.Largest]);
                Math.Abs(histogram.Percentile(50).Ticks - near).ShouldBeLessThanOrEqualTo(near / 100, $"{near} ticks");
            }
        }
    }

    [Fact]
    public void A_histogram_without_records_is_all_zero()
    {
        var histogram = new LatencyHistogram();
        histogram.Percentile(50).ShouldBe(TimeSpan.Zero);
        histogram.Max.ShouldBe(TimeSpan.Zero);
        histogram.Min.ShouldBe(TimeSpan.Zero);
        histogram.Mean.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void What_is_longer_than_ten_minutes_counts_as_ten_minutes()
    {
        LatencyHistogram histogram = Recorded([TimeSpan.FromHours(3), TimeSpan.MaxValue]);
        histogram.Count.ShouldBe(2);
        histogram.Percentile(50).ShouldBe(TimeSpan.FromMinutes(10));
        histogram.Max.ShouldBe(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public void A_time_before_zero_counts_as_zero() => Recorded([TimeSpan.FromTicks(-5)]).Max.ShouldBe(TimeSpan.Zero);

    [Fact]
    public void Merged_histograms_are_the_histogram_of_all_records()
    {
        TimeSpan[] times = RandomTimes(seed: 11, count: 3000);
        LatencyHistogram merged = Recorded(times[..1000]);
        merged.Add(Recorded(times[1000..]));
        merged.Add(new LatencyHistogram());
        ShouldBeSame(merged, Recorded(times));
    }

    [Fact]
    public void The_difference_of_two_states_is_what_was_recorded_between_them()
    {
        TimeSpan[] times = RandomTimes(seed: 12, count: 3000);
        LatencyHistogram between = Recorded(times).Since(Recorded(times[..1000]));
        LatencyHistogram expected = Recorded(times[1000..]);
        between.Count.ShouldBe(2000);
        between.Mean.ShouldBe(expected.Mean);
        between.Percentile(50).ShouldBe(expected.Percentile(50));
        between.Percentile(99).ShouldBe(expected.Percentile(99));
    }

    [Fact]
    public async Task Records_of_many_threads_are_all_counted()
    {
        var histogram = new LatencyHistogram();
        TimeSpan[][] parts = [.. Enumerable.Range(0, 8).Select(seed => RandomTimes(seed, 20_000))];
        await Task.WhenAll(parts.Select(part => Task.Run(() => Array.ForEach(part, histogram.Record))));
        ShouldBeSame(histogram, Recorded([.. parts.SelectMany(static part => part)]));
    }

    private static void ShouldBeSame(LatencyHistogram actual, LatencyHistogram expected)
    {
        actual.Count.ShouldBe(expected.Count);
        actual.Mean.ShouldBe(expected.Mean);
        actual.Min.ShouldBe(expected.Min);
        actual.Max.ShouldBe(expected.Max);
        foreach (double percent in Percents)
        {
            actual.Percentile(percent).ShouldBe(expected.Percentile(percent));
        }
    }

    private static LatencyHistogram Recorded(TimeSpan[] times)
    {
        var histogram = new LatencyHistogram();
        Array.ForEach(times, histogram.Record);
        return histogram;
    }

    /// <summary>From a microsecond to ten minutes, as many short as long.</summary>
    private static TimeSpan[] RandomTimes(int seed, int count)
    {
        var random = new Random(seed);
        double range = Math.Log(LatencyHistogram.Largest.Ticks / 10.0);
        return [.. Enumerable.Range(0, count).Select(_ => TimeSpan.FromTicks((long)(10 * Math.Exp(random.NextDouble() * range))))];
    }
}
