using System.Globalization;
using System.Text;

namespace Hpc.HttpApi.Endpoints;

/// <summary>Values of parameters as errors show them. Not for passwords, codes and keys.</summary>
internal static class ParameterText
{
    private const int MaxShown = 64;

    /// <summary>The value in quotes, of at most 64 characters, and nothing in it that a terminal would act on.</summary>
    public static string Found(string value)
    {
        if (value.Length == 0)
        {
            return "nothing";
        }

        var text = new StringBuilder(MaxShown + 8).Append('"');
        int shown = 0;
        foreach (Rune rune in value.EnumerateRunes())
        {
            if (shown++ == MaxShown)
            {
                text.Append('…');
                break;
            }

            if (IsShown(rune))
            {
                text.Append(rune.Value is '"' or '\\' ? "\\" : "").Append(rune);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
        }

        return text.Append('"').ToString();
    }

    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned);
}
