using Hpc.Accounts;

namespace Hpc.Server.Cli;

/// <summary>A name filter of a user.</summary>
internal sealed record FilePatternView
{
    public required string Path { get; init; }

    public required IReadOnlyList<string> AllowedPatterns { get; init; }

    public required IReadOnlyList<string> DeniedPatterns { get; init; }

    /// <summary>0 deny, 1 hide.</summary>
    public required int DenyPolicy { get; init; }

    public static FilePatternView Of(FilePatternRule rule) => new()
    {
        Path = rule.Path,
        AllowedPatterns = rule.Allowed,
        DeniedPatterns = rule.Denied,
        DenyPolicy = (int)rule.Policy,
    };
}
