using System.Text;

namespace Hpc.Server.Cli;

/// <summary>Lists in one argument, in which a backslash takes the meaning from the separator behind it.</summary>
internal static class EscapedText
{
    /// <summary>The parts; backslashes stay where they are.</summary>
    public static List<string> Split(string text, char separator)
    {
        var parts = new List<string>();
        int start = 0;
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] == '\\')
            {
                at++;
            }
            else if (text[at] == separator)
            {
                parts.Add(text[start..at]);
                start = at + 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }

    /// <summary>Each backslash away, with what is behind it as it is.</summary>
    public static string Unescape(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
            }

            plain.Append(text[at]);
        }

        return plain.ToString();
    }
}
