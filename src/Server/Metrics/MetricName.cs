using System.Diagnostics.Metrics;

namespace Hpc.Server.Metrics;

/// <summary>Names of instruments as Prometheus wants them: <c>hpc_</c> in front, the unit and <c>_total</c> behind.</summary>
internal static class MetricName
{
    private static readonly string[] KeptPrefixes = ["hpc_", "process_", "dotnet_"];

    public static string Of(Instrument instrument, MetricKind kind)
    {
        string name = Clean(instrument.Name);
        if (!KeptPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            name = "hpc_" + name;
        }

        string unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            _ => "",
        };
        const string Total = "_total";
        bool isTotal = name.EndsWith(Total, StringComparison.Ordinal);
        if (isTotal)
        {
            name = name[..^Total.Length];
        }

        if (!name.EndsWith(unit, StringComparison.Ordinal))
        {
            name += unit;
        }

        return isTotal || kind == MetricKind.Counter ? name + Total : name;
    }

    /// <summary>A label name: <c>end.reason</c> becomes <c>end_reason</c>.</summary>
    public static string Clean(string name) => string.Create(name.Length, name, static (span, source) =>
    {
        for (int i = 0; i < span.Length; i++)
        {
            char c = source[i];
            span[i] = char.IsAsciiLetter(c) || (i > 0 && char.IsAsciiDigit(c)) ? char.ToLowerInvariant(c) : '_';
        }
    });
}
