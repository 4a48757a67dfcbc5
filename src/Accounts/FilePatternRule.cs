namespace Hpc.Accounts;

/// <summary>Which names a directory and what is below it may hold (spec rows R4.10 to R4.12). Patterns are shell globs without regard to case, matched against one name.</summary>
/// <param name="Path">Absolute virtual path of the directory.</param>
/// <param name="Allowed">A name that matches one of them is accepted; if there are any, all others are refused.</param>
/// <param name="Denied">A name that matches one of them, and none of <paramref name="Allowed"/>, is refused.</param>
/// <param name="Policy">What becomes of a refused name.</param>
public sealed record FilePatternRule(string Path, IReadOnlyList<string> Allowed, IReadOnlyList<string> Denied, FilePatternPolicy Policy);
