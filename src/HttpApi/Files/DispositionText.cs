using System.Text;

namespace Hpc.HttpApi.Files;

/// <summary><c>Content-Disposition</c> of a download (RFC 6266): a plain name for everybody, and the whole one in UTF-8 (RFC 8187).</summary>
internal static class DispositionText
{
    public static string Attachment(string name)
    {
        string safe = Safe(name);
        var plain = new StringBuilder(safe.Length);
        foreach (Rune rune in safe.EnumerateRunes())
        {
            // A percent sign would be taken for an escape by some browsers.
            plain.Append(rune is { IsAscii: true, Value: not ('"' or '%') } ? (char)rune.Value : '_');
        }

        return $"attachment; filename=\"{plain}\"; filename*=UTF-8''{Uri.EscapeDataString(safe)}";
    }

    /// <summary>A name that stays within its directory on every client: no separators, no control characters, not <c>.</c> or <c>..</c>.</summary>
    public static string Safe(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (Rune rune in name.EnumerateRunes())
        {
            text.Append(Rune.IsControl(rune) || rune.Value is '/' or '\\' ? "_" : rune.ToString());
        }

        return text.ToString() is var safe && safe is "" or "." or ".." ? "download" : safe;
    }
}
