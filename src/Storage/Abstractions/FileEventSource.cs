using System.Net;

namespace Hpc.Storage;

/// <summary>Who does something to files: one object for each session and protocol.</summary>
public sealed record FileEventSource
{
    /// <summary>The account's name.</summary>
    public required string UserName { get; init; }

    /// <summary>Protocol name as in spec row R15.1 (SFTP, SCP, SSH, FTP, HTTP, DAV).</summary>
    public required string Protocol { get; init; }

    /// <summary>The peer; null for work of the server itself.</summary>
    public IPEndPoint? Remote { get; init; }

    /// <summary>Where it connected to.</summary>
    public IPEndPoint? Local { get; init; }

    /// <summary>Id of the connection, as it stands in the log.</summary>
    public string ConnectionId { get; init; } = "";
}
