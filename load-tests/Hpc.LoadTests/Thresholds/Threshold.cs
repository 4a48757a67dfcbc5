namespace Hpc.LoadTests.Thresholds;

/// <summary>What a figure has to be for the run to be a success.</summary>
/// <param name="Metric">Name of the figure.</param>
/// <param name="Comparison">How it is compared.</param>
/// <param name="Limit">In the figure's own unit.</param>
/// <param name="Text">As the scenario has it: <c>&lt;= 500 ms</c>.</param>
internal sealed record Threshold(string Metric, Comparison Comparison, double Limit, string Text)
{
    public bool IsMetBy(double value) => Comparison switch
    {
        Comparison.Less => value < Limit,
        Comparison.LessOrEqual => value <= Limit,
        Comparison.Greater => value > Limit,
        Comparison.GreaterOrEqual => value >= Limit,
        _ => value.Equals(Limit),
    };
}

/// <summary>How a figure is compared with a threshold.</summary>
internal enum Comparison
{
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
}
