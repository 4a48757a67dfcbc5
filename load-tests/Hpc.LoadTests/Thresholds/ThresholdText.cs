using Hpc.LoadTests.Scenarios.Values;

namespace Hpc.LoadTests.Thresholds;

/// <summary>Reads <c>&lt;= 500 ms</c>.</summary>
internal static class ThresholdText
{
    // Longer signs first: "<=" begins with "<".
    private static readonly (string Sign, Comparison Comparison)[] Signs =
    [
        ("<=", Comparison.LessOrEqual), (">=", Comparison.GreaterOrEqual), ("==", Comparison.Equal), ("<", Comparison.Less), (">", Comparison.Greater),
    ];

    public static string HintFor(MetricUnit unit) => "<, <=, >, >= or ==, then " + unit switch
    {
        MetricUnit.Duration => UnitText.DurationHint,
        MetricUnit.Rate => UnitText.RateHint,
        _ => "a number",
    };

    public static bool TryRead(string metric, MetricUnit unit, string text, out Threshold threshold)
    {
        string trimmed = text.Trim();
        foreach ((string sign, Comparison comparison) in Signs)
        {
            if (trimmed.StartsWith(sign, StringComparison.Ordinal))
            {
                bool isRead = TryLimit(unit, trimmed[sign.Length..].Trim(), out double limit);
                threshold = new Threshold(metric, comparison, limit, trimmed);
                return isRead;
            }
        }

        threshold = new Threshold(metric, Comparison.Equal, 0, trimmed);
        return false;
    }

    private static bool TryLimit(MetricUnit unit, string text, out double limit) => unit switch
    {
        MetricUnit.Duration => UnitText.TryDuration(text, out limit),
        MetricUnit.Rate => UnitText.TryRate(text, out limit),
        _ => UnitText.TryNumber(text, out limit),
    };
}
