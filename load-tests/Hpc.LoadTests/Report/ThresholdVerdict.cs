namespace Hpc.LoadTests.Report;

/// <summary>A threshold of the scenario and how the run stands to it.</summary>
/// <param name="Metric">Name of the figure.</param>
/// <param name="Condition">As the scenario has it: <c>&lt;= 500 ms</c>.</param>
/// <param name="Limit">In the figure's own unit.</param>
/// <param name="Actual">In the figure's own unit; none if it was not measured, which never meets a threshold.</param>
/// <param name="Unit">Of both: <c>s</c>, <c>B/s</c>, or empty.</param>
/// <param name="IsMet">The verdict.</param>
internal sealed record ThresholdVerdict(string Metric, string Condition, double Limit, double? Actual, string Unit, bool IsMet)
{
    /// <summary>The figure as people read it.</summary>
    public string ShowActual() => (Actual, Unit) switch
    {
        (null, _) => "not measured",
        ({ } seconds, "s") => Figures.Milliseconds(seconds * 1000),
        ({ } rate, "B/s") => Figures.Rate(rate),
        ({ } number, _) => Figures.Number(number),
    };
}
