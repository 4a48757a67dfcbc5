using System.Text.Json.Serialization;

namespace Hpc.Accounts.Sqlite;

/// <summary>What the document column of a folder holds.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record FolderDocument
{
    public string? Description { get; init; }
}
