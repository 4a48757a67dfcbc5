using System.Text;

namespace Hpc.Server.Cli;

/// <summary>Columns for people; control characters in cells are escaped.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [headings];

    public void Add(params string[] cells) => _rows.Add([.. cells.Select(Logging.LogEscape.Text)]);

    public override string ToString()
    {
        int[] widths = [.. headings.Select((_, column) => _rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (string[] row in _rows)
        {
            var line = new StringBuilder();
            for (int column = 0; column < row.Length; column++)
            {
                line.Append(row[column].PadRight(widths[column] + 2));
            }

            text.AppendLine(line.ToString().TrimEnd());
        }

        return text.ToString();
    }
}
