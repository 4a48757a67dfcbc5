namespace Hpc.Policy.Tests.Matrix;

/// <summary>One line of the table.</summary>
internal sealed record OperationRow
{
    private static readonly string[] OnlyLooking = ["list", "stat", "stat-dir", "lstat", "lstat-dir", "readlink", "realpath", "statvfs", "read", "check-file"];

    public required string Name { get; init; }

    public required string Source { get; init; }

    public required string Target { get; init; }

    public required string[] Parent { get; init; }

    public required string[] Itself { get; init; }

    public required string[] TargetParent { get; init; }

    public required string[] TargetItself { get; init; }

    public required bool Follows { get; init; }

    public required string WhenDenied { get; init; }

    public required string OnMount { get; init; }

    public bool HasTarget => Target != "-";

    public bool Changes => !OnlyLooking.Contains(Name);

    public static OperationRow Parse(string line)
    {
        string[] cells = [.. line.Split('|').Select(cell => cell.Trim())];
        return new OperationRow
        {
            Name = cells[0],
            Source = cells[1],
            Target = cells[2],
            Parent = Names(cells[3]),
            Itself = Names(cells[4]),
            TargetParent = Names(cells[5]),
            TargetItself = Names(cells[6]),
            Follows = cells[7] == "follow",
            WhenDenied = cells[8],
            OnMount = cells[9],
        };
    }

    public override string ToString() => Name;

    private static string[] Names(string cell)
    {
        string[] names = cell == "-" ? [] : cell.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        names.ShouldBeSubsetOf(Hpc.Policy.Tests.Rules.UserRules.AllPermissions);
        return names;
    }
}
