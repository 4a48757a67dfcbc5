using System.Text;
using Hpc.Accounts.Data;

namespace Hpc.Accounts.Sql;

/// <summary>What can be a name in a database. Whoever logs in chooses what is looked up, so that a look-up of anything else is an answer and no error.</summary>
internal static class ObjectNames
{
    /// <summary>Longest name, of objects and of values with an end.</summary>
    public const int MaxBytes = DataArguments.MaxName;

    /// <summary>The same for every provider: <see cref="DataArguments.IsText"/>.</summary>
    public static bool IsPossible(string name, int maxBytes = MaxBytes) => DataArguments.IsText(name, maxBytes);

    public static void ThrowIfImpossible(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!IsPossible(name))
        {
            throw new ArgumentException($"A name is well-formed, without NUL, and at most {MaxBytes} bytes long.", nameof(name));
        }
    }

    /// <summary>The first text behind all that begin with a prefix, in the order of UTF-8 bytes, which is that of code points; null if there is none.</summary>
    public static string? EndOfPrefix(string prefix)
    {
        Rune[] runes = [.. prefix.EnumerateRunes()];
        for (int last = runes.Length - 1; last >= 0; last--)
        {
            int next = runes[last].Value + 1;

            // Surrogates are no code points of their own.
            next = next == 0xD800 ? 0xE000 : next;
            if (Rune.IsValid(next))
            {
                return string.Concat(runes.Take(last).Append(new Rune(next)).Select(rune => rune.ToString()));
            }
        }

        return null;
    }
}
