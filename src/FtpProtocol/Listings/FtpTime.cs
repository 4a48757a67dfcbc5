using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Hpc.Storage;

namespace Hpc.FtpProtocol.Listings;

/// <summary>Times as commands and facts have them (RFC 3659 §2.3): <c>YYYYMMDDHHMMSS</c> in UTC, with an optional fraction.</summary>
internal static class FtpTime
{
    /// <summary>Digits without a fraction.</summary>
    public const int Length = 14;

    private const int MaxFraction = 9;
    private const int SecondsOfMinute = 60;
    private static readonly long First = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long Last = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>The time of day and date in UTC; what the calendar does not hold is its first or last second.</summary>
    public static DateTime ToUtc(long seconds) => DateTime.UnixEpoch.AddTicks(Math.Clamp(seconds, First, Last) * TimeSpan.TicksPerSecond);

    /// <summary>14 digits.</summary>
    public static string ToText(FileTime time) => ToUtc(time.Seconds).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    /// <summary>Writes 14 digits.</summary>
    public static void Write(Span<byte> destination, long seconds)
    {
        DateTime time = ToUtc(seconds);
        WriteDigits(destination[..4], time.Year);
        WriteDigits(destination.Slice(4, 2), time.Month);
        WriteDigits(destination.Slice(6, 2), time.Day);
        WriteDigits(destination.Slice(8, 2), time.Hour);
        WriteDigits(destination.Slice(10, 2), time.Minute);
        WriteDigits(destination.Slice(12, 2), time.Second);
    }

    /// <summary>Reads 14 digits and perhaps a point and a fraction; a leap second is the one before it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out FileTime time)
    {
        time = default;
        int nanoseconds = 0;
        if (text.Length > Length)
        {
            if (text[Length] != '.' || !TryReadFraction(text[(Length + 1)..], out nanoseconds))
            {
                return false;
            }

            text = text[..Length];
        }

        if (!TryReadSeconds(text, out long seconds))
        {
            return false;
        }

        time = new FileTime(seconds, nanoseconds);
        return true;
    }

    /// <summary>Reads 14 digits, or 12 without seconds, as SITE UTIME has them.</summary>
    public static bool TryParseShort([NotNullWhen(true)] string? text, out FileTime time) =>
        TryParse(text is { Length: Length - 2 } ? text + "00" : text, out time);

    private static bool TryReadSeconds(ReadOnlySpan<char> text, out long seconds)
    {
        seconds = 0;
        if (text.Length != Length || text.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        (int year, int month, int day) = (Digits(text[..4]), Digits(text[4..6]), Digits(text[6..8]));
        (int hour, int minute, int second) = (Digits(text[8..10]), Digits(text[10..12]), Digits(text[12..14]));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > SecondsOfMinute)
        {
            return false;
        }

        var time = new DateTimeOffset(year, month, day, hour, minute, Math.Min(second, SecondsOfMinute - 1), TimeSpan.Zero);
        seconds = time.ToUnixTimeSeconds();
        return true;
    }

    private static bool TryReadFraction(ReadOnlySpan<char> text, out int nanoseconds)
    {
        nanoseconds = 0;
        if (text.IsEmpty || text.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        for (int i = 0; i < MaxFraction; i++)
        {
            nanoseconds = (nanoseconds * 10) + (i < text.Length ? text[i] - '0' : 0);
        }

        return true;
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        int value = 0;
        foreach (char digit in text)
        {
            value = (value * 10) + (digit - '0');
        }

        return value;
    }

    private static void WriteDigits(Span<byte> destination, int value)
    {
        for (int i = destination.Length - 1; i >= 0; i--)
        {
            destination[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }
}
