using System.Globalization;

namespace Hpc.LoadTests.Scenarios.Values;

/// <summary>Reads a number with a unit: <c>500 ms</c>, <c>64 KiB</c>, <c>100 Mbit/s</c>.</summary>
internal static class UnitText
{
    public const string DurationHint = "a number with us, ms, s, min or h, such as '500 ms'";
    public const string SizeHint = "a number with B, kB, MB, GB, KiB, MiB or GiB, such as '64 KiB'";
    public const string RateHint = "a number with B/s, kB/s, MB/s, GB/s, KiB/s, MiB/s, GiB/s, kbit/s, Mbit/s or Gbit/s, such as '10 MB/s'";

    private static readonly Dictionary<string, double> Durations = new(StringComparer.Ordinal)
    {
        ["us"] = 1e-6, ["ms"] = 1e-3, ["s"] = 1, ["min"] = 60, ["h"] = 3600,
    };

    private static readonly Dictionary<string, double> Sizes = new(StringComparer.Ordinal)
    {
        ["B"] = 1, ["kB"] = 1e3, ["MB"] = 1e6, ["GB"] = 1e9, ["KiB"] = 1 << 10, ["MiB"] = 1 << 20, ["GiB"] = 1 << 30,
    };

    private static readonly Dictionary<string, double> Rates = Sizes.Select(static size => (Name: size.Key + "/s", size.Value))
        .Concat([("kbit/s", 1e3 / 8), ("Mbit/s", 1e6 / 8), ("Gbit/s", 1e9 / 8)])
        .ToDictionary(static rate => rate.Item1, static rate => rate.Item2, StringComparer.Ordinal);

    /// <summary>Seconds.</summary>
    public static bool TryDuration(string text, out double seconds) => TryRead(text, Durations, out seconds);

    /// <summary>Bytes.</summary>
    public static bool TrySize(string text, out double bytes) => TryRead(text, Sizes, out bytes);

    /// <summary>Bytes per second.</summary>
    public static bool TryRate(string text, out double bytesPerSecond) => TryRead(text, Rates, out bytesPerSecond);

    /// <summary>A number without unit.</summary>
    public static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    private static bool TryRead(string text, Dictionary<string, double> units, out double value)
    {
        string trimmed = text.Trim();
        int end = 0;
        while (end < trimmed.Length && (char.IsAsciiDigit(trimmed[end]) || trimmed[end] == '.'))
        {
            end++;
        }

        string unit = trimmed[end..].TrimStart();
        if (!TryNumber(trimmed[..end], out value))
        {
            return false;
        }

        if (unit.Length == 0)
        {
            // Zero is zero in every unit.
            return value == 0;
        }

        bool isKnown = units.TryGetValue(unit, out double factor);
        value *= factor;
        return isKnown && double.IsFinite(value);
    }
}
