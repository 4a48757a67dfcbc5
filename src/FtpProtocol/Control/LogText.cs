using System.Text;

namespace Hpc.FtpProtocol.Control;

/// <summary>A peer's text for the log: printable, bounded.</summary>
internal static class LogText
{
    /// <summary>UTF-8 with control characters replaced, cut to <paramref name="maxLength"/> characters.</summary>
    public static string Printable(ReadOnlySpan<byte> utf8, int maxLength) =>
        Printable(Encoding.UTF8.GetString(utf8.Length <= maxLength * 4 ? utf8 : utf8[..(maxLength * 4)]), maxLength);

    /// <summary>Text with control characters replaced, cut to <paramref name="maxLength"/> characters.</summary>
    public static string Printable(string text, int maxLength) =>
        string.Create(Math.Min(text.Length, maxLength), text, static (result, text) =>
        {
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = char.IsControl(text[i]) ? '?' : text[i];
            }
        });
}
