using Hpc.LoadTests.Measure;

namespace Hpc.LoadTests.Report;

/// <summary>The plots of a report.</summary>
internal static class ReportPlots
{
    // More points than a plot is wide show nothing further.
    private const int MaxPoints = 400;

    public static IEnumerable<SvgPlot> Of(LoadReport report)
    {
        LoadSample[] samples = Reduce(report.Series);
        if (samples.Length > 0)
        {
            yield return OverTime("Sessions over time", report, samples, Figures.Count, ("sessions", static sample => sample.Sessions));
            yield return OverTime(
                "Throughput",
                report,
                samples,
                Figures.Rate,
                ("upload", static sample => Rate(sample.UploadedBytes, sample)),
                ("download", static sample => Rate(sample.DownloadedBytes, sample)));
            yield return OverTime(
                "Operations per second",
                report,
                samples,
                Figures.Count,
                ("operations", static sample => Rate(sample.Operations, sample)),
                ("logins", static sample => Rate(sample.Logins, sample)));
            yield return OverTime("Errors per second", report, samples, Figures.Count, ("errors", static sample => Rate(sample.Errors, sample)));
        }

        if (Latencies(report) is { Lines.Count: > 0 } latencies)
        {
            yield return latencies;
        }
    }

    private static SvgPlot OverTime(string title, LoadReport report, LoadSample[] samples, Func<double, string> label, params (string Name, Func<LoadSample, double> Value)[] lines)
    {
        double end = (samples[^1].Start + samples[^1].Duration).TotalSeconds;
        double max = lines.Max(line => samples.Max(line.Value));
        PlotLine[] drawn = [.. lines.Select(line => new PlotLine(line.Name, [.. samples.Select(sample => ((sample.Start + sample.Duration).TotalSeconds, line.Value(sample)))]))];
        return new SvgPlot(title, PlotAxis.Time(end), PlotAxis.FromZero(max, label), drawn)
        {
            Bands = [.. report.Stages.Select(static stage => (stage.StartSeconds, stage.StartSeconds + stage.DurationSeconds, stage.Name))],
        };
    }

    private static SvgPlot Latencies(LoadReport report)
    {
        OperationReport[] shown = [.. report.Operations.Where(static operation => operation.Latency.Curve.Count > 0).OrderByDescending(static operation => operation.Succeeded).Take(SvgPlot.MaxLines)];
        LatencyPoint[] points = [.. shown.SelectMany(static operation => operation.Latency.Curve)];
        if (points.Length == 0)
        {
            return new SvgPlot("", PlotAxis.Percentiles(50), PlotAxis.Log(1, 10, Figures.Milliseconds), []);
        }

        return new SvgPlot(
            "Latency by percentile",
            PlotAxis.Percentiles(points.Max(static point => point.Percent)),
            PlotAxis.Log(points.Min(static point => point.LatencyMs), points.Max(static point => point.LatencyMs), Figures.Milliseconds),
            [.. shown.Select(static operation => new PlotLine(operation.Operation, [.. operation.Latency.Curve.Select(static point => (point.Percent, point.LatencyMs))]))]);
    }

    private static LoadSample[] Reduce(IReadOnlyList<SampleReport> series)
    {
        var reduced = new SampleSeries(MaxPoints);
        foreach (SampleReport sample in series)
        {
            reduced.Add(sample.ToSample());
        }

        return reduced.ToArray();
    }

    private static double Rate(long count, LoadSample sample) => sample.Duration <= TimeSpan.Zero ? 0 : count / sample.Duration.TotalSeconds;
}
