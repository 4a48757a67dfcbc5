using System.Text.Json.Serialization;

namespace Hpc.Accounts.Sqlite;

/// <summary>A name filter in a user's document.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record FilePatternDocument
{
    public required string Path { get; init; }

    public required IReadOnlyList<string> Allowed { get; init; }

    public required IReadOnlyList<string> Denied { get; init; }

    public FilePatternPolicy Policy { get; init; }

    public static FilePatternDocument Of(FilePatternRule rule) => new() { Path = rule.Path, Allowed = rule.Allowed, Denied = rule.Denied, Policy = rule.Policy };

    public FilePatternRule ToRule() => new(Path, Allowed, Denied, Policy);
}
