using System.Globalization;

namespace Hpc.Accounts.Objects.Validation;

/// <summary>Fields of cron lines: <c>*</c>, numbers, ranges, steps and lists of these.</summary>
internal static class CronRules
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public static void Check(string path, string value, int least, int most, ErrorList errors)
    {
        if (value.Length is 0 or > 128 || !value.Split(',').All(part => IsPart(part, least, most)))
        {
            errors.AddShown(path, value, $"a cron field: *, */2, {least}, {least}-{most} or a list of these, {least} to {most}");
        }
    }

    private static bool IsPart(string part, int least, int most)
    {
        string[] halves = part.Split('/');
        if (halves.Length > 2 || (halves.Length == 2 && (!TryNumber(halves[1], out int step) || step < 1 || step > most)))
        {
            return false;
        }

        if (halves[0] is "*" or "?")
        {
            return true;
        }

        string[] ends = halves[0].Split('-');
        if (ends.Length > 2 || !TryValue(ends[0], least, most, out int first))
        {
            return false;
        }

        return ends.Length == 1 || (TryValue(ends[1], least, most, out int last) && last >= first);
    }

    private static bool TryValue(string text, int least, int most, out int value) =>
        (TryNumber(text, out value) || TryName(text, most, out value)) && value >= least && value <= most;

    private static bool TryName(string text, int most, out int value)
    {
        value = -1;
        if (most == 12)
        {
            value = Array.FindIndex(Months, name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) + 1;
            return value > 0;
        }

        if (most == 7)
        {
            value = Array.FindIndex(Days, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        }

        return value >= 0;
    }

    private static bool TryNumber(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
