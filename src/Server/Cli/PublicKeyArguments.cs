using Hpc.Crypto.Keys;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary>Public keys as they are given: files with one or more lines, or lines.</summary>
internal static class PublicKeyArguments
{
    private const int MaxFileLength = 64 * 1024;

    public static IReadOnlyList<string> Read(IEnumerable<string> given) => [.. given.SelectMany(Lines).Distinct(StringComparer.Ordinal)];

    private static List<string> Lines(string given)
    {
        if (!File.Exists(given))
        {
            return AuthorizedKeysLine.TryParse(given, out _, out string? error)
                ? [given.Trim()]
                : throw CliException.Usage($"--public-key: found \"{LogEscape.Text(Shorten(given))}\", which is neither a file nor a key ({error}), allowed: a file with public keys, or the line of one.");
        }

        var keys = new List<string>();
        string[] lines = FileArgument.ReadText(given, "--public-key", MaxFileLength).Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Contains("PRIVATE KEY", StringComparison.Ordinal))
            {
                throw CliException.Usage($"--public-key: {LogEscape.Text(given)} is a private key; give the file that ends in .pub.");
            }

            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (!AuthorizedKeysLine.TryParse(line, out _, out string? error))
            {
                throw CliException.Usage($"--public-key: line {i + 1} of {LogEscape.Text(given)} is no key. {error}");
            }

            keys.Add(line);
        }

        return keys.Count > 0 ? keys : throw CliException.Usage($"--public-key: {LogEscape.Text(given)} holds no key.");
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
