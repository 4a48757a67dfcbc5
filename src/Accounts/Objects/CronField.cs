using System.Globalization;

namespace Hpc.Accounts.Objects;

/// <summary>
/// A field of a cron line: <c>*</c>, <c>?</c>, numbers, ranges (<c>1-5</c>), steps (<c>*/2</c>, <c>8-18/2</c>, <c>5/2</c> for every second one from 5 on) and lists of these;
/// months and days of the week by their first three letters too. Day 7 is Sunday, as 0 is.
/// </summary>
public readonly record struct CronField
{
    private const int MaxLength = 128;
    private const int LastMonth = 12;
    private const int LastDay = 7;

    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly ulong _values;

    private CronField(ulong values, bool isAny)
    {
        _values = values;
        IsAny = isAny;
    }

    /// <summary>True for a field that limits nothing: <c>*</c> or <c>?</c>.</summary>
    public bool IsAny { get; }

    /// <summary>True if the field names the value, 0 to 63.</summary>
    public bool Holds(int value) => (uint)value < 64 && (_values >> value & 1) != 0;

    /// <summary>Reads a field of 1 to 128 characters.</summary>
    /// <param name="text">The field.</param>
    /// <param name="least">Smallest value.</param>
    /// <param name="most">Largest value, at most 63; 12 is months, 7 is days of the week.</param>
    /// <param name="field">What it names.</param>
    public static bool TryParse(string text, int least, int most, out CronField field)
    {
        ArgumentNullException.ThrowIfNull(text);
        field = default;
        if (text.Length is 0 or > MaxLength)
        {
            return false;
        }

        ulong values = 0;
        bool isAny = false;
        foreach (string part in text.Split(','))
        {
            if (!TryPart(part, least, most, ref values))
            {
                return false;
            }

            isAny |= part is "*" or "?" or "*/1" or "?/1";
        }

        if (most == LastDay && (values >> LastDay & 1) != 0)
        {
            values |= 1;
        }

        field = new CronField(values, isAny);
        return true;
    }

    private static bool TryPart(string part, int least, int most, ref ulong values)
    {
        string[] halves = part.Split('/');
        int step = 1;
        if (halves.Length > 2 || (halves.Length == 2 && (!TryNumber(halves[1], out step) || step < 1 || step > most)))
        {
            return false;
        }

        (int first, int last) = (least, most);
        if (halves[0] is not ("*" or "?"))
        {
            string[] ends = halves[0].Split('-');
            if (ends.Length > 2 || !TryValue(ends[0], least, most, out first))
            {
                return false;
            }

            last = halves.Length == 2 ? Math.Max(first, LastOf(most)) : first;
            if (ends.Length == 2 && (!TryValue(ends[1], least, most, out last) || last < first))
            {
                return false;
            }
        }
        else
        {
            last = LastOf(most);
        }

        for (int value = first; value <= last; value += step)
        {
            values |= 1UL << value;
        }

        return true;
    }

    // A week has seven days: a step does not come to Sunday twice.
    private static int LastOf(int most) => most == LastDay ? LastDay - 1 : most;

    private static bool TryValue(string text, int least, int most, out int value) =>
        (TryNumber(text, out value) || TryName(text, most, out value)) && value >= least && value <= most;

    private static bool TryName(string text, int most, out int value)
    {
        value = most switch
        {
            LastMonth => Array.FindIndex(Months, name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) + 1,
            LastDay => Array.FindIndex(Days, name => name.Equals(text, StringComparison.OrdinalIgnoreCase)),
            _ => -1,
        };
        return value >= (most == LastMonth ? 1 : 0);
    }

    private static bool TryNumber(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
