using System.Globalization;

namespace Hpc.LoadTests.Report;

/// <summary>Figures as people read them.</summary>
internal static class Figures
{
    private static readonly string[] ByteUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    public static string Count(double count) => Show(count, Math.Abs(count) < 100 && count != Math.Floor(count) ? "0.##" : "#,0");

    public static string Bytes(double bytes)
    {
        int unit = 0;
        while (Math.Abs(bytes) >= 1024 && unit < ByteUnits.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }

        return $"{Show(bytes, unit == 0 ? "0" : Math.Abs(bytes) < 10 ? "0.00" : "0.0")} {ByteUnits[unit]}";
    }

    /// <summary>Decimal units, as links are sold.</summary>
    public static string Rate(double bytesPerSecond) => bytesPerSecond switch
    {
        >= 1e6 or 0 => Show(bytesPerSecond / 1e6, Precision(bytesPerSecond / 1e6)) + " MB/s",
        _ => Show(bytesPerSecond / 1e3, Precision(bytesPerSecond / 1e3)) + " kB/s",
    };

    public static string Milliseconds(double milliseconds) => milliseconds switch
    {
        0 => "0",
        < 1 => Show(milliseconds * 1000, Precision(milliseconds * 1000)) + " µs",
        < 1000 => Show(milliseconds, Precision(milliseconds)) + " ms",
        _ => Show(milliseconds / 1000, Precision(milliseconds / 1000)) + " s",
    };

    public static string Seconds(double seconds)
    {
        if (seconds < 90)
        {
            return Show(seconds, Precision(seconds)) + " s";
        }

        var time = TimeSpan.FromSeconds(seconds);
        return time.TotalHours < 1 ? $"{time.Minutes} min {time.Seconds} s" : $"{(int)time.TotalHours} h {time.Minutes} min";
    }

    public static string Number(double number) => Show(number, Precision(number));

    public static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Precision(double value) => Math.Abs(value) switch
    {
        < 1 => "0.###",
        < 10 => "0.##",
        < 100 => "0.#",
        _ => "#,0",
    };

    private static string Show(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
