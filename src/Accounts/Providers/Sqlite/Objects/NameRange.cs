using System.Text;
using System.Text.Json;

namespace Hpc.Accounts.Sqlite;

/// <summary>What SQL says about names.</summary>
internal static class NameRange
{
    /// <summary>The first text behind all that begin with a prefix, in the order of UTF-8 bytes; null if nothing is behind them.</summary>
    public static string? End(string prefix)
    {
        Rune[] runes = [.. prefix.EnumerateRunes()];
        for (int at = runes.Length - 1; at >= 0; at--)
        {
            int next = runes[at].Value + 1;
            if (next == 0xD800)
            {
                // Surrogates are no characters.
                next = 0xE000;
            }

            if (next <= 0x10FFFF)
            {
                runes[at] = new Rune(next);
                return string.Concat(runes.Take(at + 1).Select(rune => rune.ToString()));
            }
        }

        return null;
    }

    /// <summary>A list of names for <c>json_each</c>.</summary>
    public static string List(IEnumerable<string> names) => JsonSerializer.Serialize([.. names], UserDocumentJson.Default.ListString);
}
