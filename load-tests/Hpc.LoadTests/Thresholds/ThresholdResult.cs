namespace Hpc.LoadTests.Thresholds;

/// <summary>How a threshold came out.</summary>
internal enum ThresholdOutcome
{
    Met,
    Missed,

    /// <summary>The figure exists only for a server that the run starts itself.</summary>
    NotMeasured,
}

/// <summary>A threshold and what was measured.</summary>
internal sealed record ThresholdResult(Threshold Threshold, double? Value, ThresholdOutcome Outcome)
{
    /// <summary>Compares all. A figure that should be there and is not counts as missed.</summary>
    public static IReadOnlyList<ThresholdResult> Of(IEnumerable<Threshold> thresholds, IReadOnlyDictionary<string, double?> figures, bool knowsServer) =>
        [.. thresholds.Select(threshold => Of(threshold, figures.GetValueOrDefault(threshold.Metric), knowsServer))];

    private static ThresholdResult Of(Threshold threshold, double? value, bool knowsServer)
    {
        if (value is not { } measured)
        {
            bool isOfServer = threshold.Metric.StartsWith("server.", StringComparison.Ordinal);
            return new ThresholdResult(threshold, null, isOfServer && !knowsServer ? ThresholdOutcome.NotMeasured : ThresholdOutcome.Missed);
        }

        return new ThresholdResult(threshold, measured, threshold.IsMetBy(measured) ? ThresholdOutcome.Met : ThresholdOutcome.Missed);
    }
}
