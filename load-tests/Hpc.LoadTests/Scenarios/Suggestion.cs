namespace Hpc.LoadTests.Scenarios;

/// <summary>Finds the word that was probably meant.</summary>
internal static class Suggestion
{
    private const int MaxChanges = 3;
    private const int MaxLength = 60;

    /// <summary>"; did you mean 'x'" or nothing.</summary>
    public static string For(string word, IEnumerable<string> known)
    {
        if (word.Length > MaxLength)
        {
            return "";
        }

        string? nearest = known.Where(candidate => Changes(word, candidate) <= Math.Min(MaxChanges, Math.Max(1, candidate.Length / 2)))
            .MinBy(candidate => Changes(word, candidate));
        return nearest is null ? "" : $"; did you mean '{nearest}'";
    }

    // Levenshtein distance, one row at a time.
    private static int Changes(string left, string right)
    {
        var row = new int[right.Length + 1];
        for (int column = 0; column < row.Length; column++)
        {
            row[column] = column;
        }

        for (int line = 1; line <= left.Length; line++)
        {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column < row.Length; column++)
            {
                int replaced = diagonal + (left[line - 1] == right[column - 1] ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.Min(replaced, 1 + Math.Min(row[column], row[column - 1]));
            }
        }

        return row[^1];
    }
}
