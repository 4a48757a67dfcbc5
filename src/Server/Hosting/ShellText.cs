namespace Hpc.Server.Hosting;

/// <summary>Text that a shell takes as one word.</summary>
internal static class ShellText
{
    private const string Plain = "@%+=:,./-_[]";

    public static string Quote(string text)
    {
        bool isPlain = text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal));
        return isPlain ? text : "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
    }
}
