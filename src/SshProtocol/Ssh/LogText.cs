using System.Text;

namespace Hpc.SshProtocol.Ssh;

/// <summary>Peer's text for our log: printable, bounded.</summary>
internal static class LogText
{
    /// <summary>UTF-8 with control characters replaced, cut to <paramref name="maxLength"/> characters.</summary>
    public static string Printable(ReadOnlySpan<byte> utf8, int maxLength) =>
        Printable(Encoding.UTF8.GetString(utf8.Length <= maxLength * 4 ? utf8 : utf8[..(maxLength * 4)]), maxLength);

    /// <summary>Text with control characters replaced, cut to <paramref name="maxLength"/> characters.</summary>
    public static string Printable(string text, int maxLength)
    {
        var builder = new StringBuilder(Math.Min(text.Length, maxLength));
        foreach (char c in text)
        {
            if (builder.Length == maxLength)
            {
                break;
            }

            builder.Append(char.IsControl(c) ? '?' : c);
        }

        return builder.ToString();
    }
}
