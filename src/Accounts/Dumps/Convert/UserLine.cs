namespace Hpc.Accounts.Dumps.Convert;

/// <summary>A line of a file, in fields.</summary>
internal sealed record UserLine(int Number, string[] Fields)
{
    public string Name => Fields[0];

    public static IEnumerable<UserLine> AllOf(string text)
    {
        int number = 0;
        foreach (string line in LinesOf(text))
        {
            number++;
            if (line.Length > 0 && line[0] != '#')
            {
                yield return new UserLine(number, line.Split(':'));
            }
        }
    }

    public static string[] LinesOf(string text) => [.. text.Split('\n').Select(static line => line.TrimEnd('\r'))];
}
