using System.Text.Json.Serialization;

namespace Hpc.Accounts.Sqlite;

/// <summary>What the document column of a user holds. A member that is not known here makes the user unreadable rather than half read.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record UserDocument
{
    public required string HomeDirectory { get; init; }

    public string? PasswordHash { get; init; }

    public required IReadOnlyList<string> PublicKeys { get; init; }

    public required IReadOnlyList<string> Permissions { get; init; }
}
