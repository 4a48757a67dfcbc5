using System.Globalization;

namespace Hpc.Server.Configuration;

/// <summary>Byte counts as people write them: <c>1048576</c>, <c>512KiB</c>, <c>1GiB</c>.</summary>
internal static class ByteSizeText
{
    private static readonly string[] Units = ["", "KiB", "MiB", "GiB", "TiB"];

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        for (int power = Units.Length - 1; power >= 0; power--)
        {
            if (!text.EndsWith(Units[power], StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            ReadOnlySpan<char> digits = text.AsSpan(0, text.Length - Units[power].Length).TrimEnd(' ');
            long unit = 1L << (10 * power);
            if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long count) || count > long.MaxValue / unit)
            {
                return false;
            }

            bytes = count * unit;
            return true;
        }

        return false;
    }

    /// <summary>Exact: the largest unit that leaves no rest.</summary>
    public static string Format(long bytes)
    {
        int power = 0;
        while (power < Units.Length - 1 && bytes != 0 && bytes % 1024 == 0)
        {
            bytes /= 1024;
            power++;
        }

        return bytes.ToString(CultureInfo.InvariantCulture) + Units[power];
    }

    /// <summary>Rounded to three digits, for tables that people watch.</summary>
    public static string Rounded(double bytes)
    {
        int power = 0;
        while (power < Units.Length - 1 && bytes >= 1000)
        {
            bytes /= 1024;
            power++;
        }

        string format = power == 0 || bytes >= 100 ? "0" : bytes >= 10 ? "0.0" : "0.00";
        return bytes.ToString(format, CultureInfo.InvariantCulture) + " " + (power == 0 ? "B" : Units[power]);
    }
}
