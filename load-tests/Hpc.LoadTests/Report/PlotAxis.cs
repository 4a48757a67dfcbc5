namespace Hpc.LoadTests.Report;

/// <summary>Maps values to their place on an axis, 0 to 1, and says where its marks are.</summary>
internal sealed record PlotAxis(Func<double, double> Place, IReadOnlyList<(double Value, string Label)> Marks)
{
    private const double LastShown = 0.001;
    private static readonly double[] Steps = [1, 2, 2.5, 5, 10];
    private static readonly double[] Percents = [0, 50, 90, 99, 99.9, 99.99, 99.999];

    /// <summary>From 0 to at least <paramref name="max"/>, with round marks.</summary>
    public static PlotAxis FromZero(double max, Func<double, string> label, int marks = 5)
    {
        double step = RoundStep(Math.Max(max, 1e-9) / marks);
        int count = (int)Math.Ceiling(max / step);
        double end = step * Math.Max(1, count);
        return new PlotAxis(value => value / end, [.. Enumerable.Range(0, Math.Max(1, count) + 1).Select(i => (i * step, label(i * step)))]);
    }

    /// <summary>Time since the start, to the end of the last sample.</summary>
    public static PlotAxis Time(double seconds)
    {
        double end = Math.Max(seconds, 1);
        double step = ((double[])[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400]).FirstOrDefault(step => end / step <= 8, 86400 * Math.Ceiling(end / 86400 / 8));
        return new PlotAxis(value => value / end, [.. Enumerable.Range(0, (int)(end / step) + 1).Select(i => (i * step, ShowTime(i * step)))]);
    }

    /// <summary>Powers of ten around <paramref name="min"/> and <paramref name="max"/>.</summary>
    public static PlotAxis Log(double min, double max, Func<double, string> label)
    {
        int first = (int)Math.Floor(Math.Log10(Math.Max(min, LastShown)));
        int last = Math.Max(first + 1, (int)Math.Ceiling(Math.Log10(Math.Max(max, LastShown))));
        double Place(double value) => (Math.Log10(Math.Max(value, Math.Pow(10, first))) - first) / (last - first);
        return new PlotAxis(Place, [.. Enumerable.Range(first, last - first + 1).Select(power => (Math.Pow(10, power), label(Math.Pow(10, power))))]);
    }

    /// <summary>Percentiles, each further nine as wide as the one before.</summary>
    public static PlotAxis Percentiles(double max)
    {
        double end = Percents.FirstOrDefault(percent => percent >= max && percent > 0, Percents[^1]);
        static double Nines(double percent) => -Math.Log10(Math.Max(1 - (percent / 100), 1e-6));
        return new PlotAxis(value => Nines(value) / Nines(end), [.. Percents.Where(percent => percent <= end).Select(percent => (percent, $"p{Figures.Number(percent)}"))]);
    }

    private static double RoundStep(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return power * Steps.First(step => step * power >= least * 0.999999);
    }

    private static string ShowTime(double seconds) => seconds switch
    {
        0 => "0",
        < 120 => $"{seconds:0} s",
        < 7200 => $"{Figures.Number(seconds / 60)} min",
        _ => $"{Figures.Number(seconds / 3600)} h",
    };
}
