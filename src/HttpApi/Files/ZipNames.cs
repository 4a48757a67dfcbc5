using System.Text;

namespace Hpc.HttpApi.Files;

/// <summary>
/// Names of the entries of one archive: relative, with slashes between segments that stay within their directory on every client, and each once.
/// </summary>
internal sealed class ZipNames
{
    /// <summary>Characters of all names; the archive's directory of them is written at its end.</summary>
    public const int MaxLength = 32 * 1024 * 1024;

    // With the number that was tried last for each, so that any number of names which look alike costs one step each.
    private readonly Dictionary<string, int> _used = new(StringComparer.Ordinal);
    private int _length;

    /// <summary>The name of an entry in a directory of the archive (empty for its top); null if the names become too many.</summary>
    public string? Add(string directory, string name, bool isDirectory)
    {
        string end = isDirectory ? "/" : "";
        string safe = directory + Safe(name);
        string unique = safe + end;
        string first = unique;
        while (!_used.TryAdd(unique, 1))
        {
            int next = ++_used[first];
            unique = $"{safe} ({next}){end}";
        }

        _length += unique.Length;
        return _length <= MaxLength ? unique : null;
    }

    private static string Safe(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (Rune rune in name.EnumerateRunes())
        {
            // A colon makes a drive or a stream of a name on Windows.
            text.Append(Rune.IsControl(rune) || rune.Value is '/' or '\\' or ':' ? "_" : rune.ToString());
        }

        return text.ToString() is var safe && safe is "" or "." or ".." ? "_" : safe;
    }
}
