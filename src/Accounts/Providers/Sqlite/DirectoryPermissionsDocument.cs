using System.Text.Json.Serialization;

namespace Hpc.Accounts.Sqlite;

/// <summary>Permissions of a directory in a user's document.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record DirectoryPermissionsDocument
{
    public required string Path { get; init; }

    public required IReadOnlyList<string> Names { get; init; }

    public static DirectoryPermissionsDocument Of(DirectoryPermissions directory) => new() { Path = directory.Path, Names = directory.Names };

    public DirectoryPermissions ToDirectory() => new(Path, Names);
}
