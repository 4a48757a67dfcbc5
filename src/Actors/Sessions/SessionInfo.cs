using System.Net;
using Hpc.Accounts.Authentication;

namespace Hpc.Actors.Sessions;

/// <summary>A session as it was when the list was made.</summary>
public sealed record SessionInfo
{
    /// <summary>Unique id on this node (16 hex digits).</summary>
    public required string SessionId { get; init; }

    /// <summary>Id of its connection, as it stands in the log.</summary>
    public required string ConnectionId { get; init; }

    /// <summary>The user.</summary>
    public required string UserName { get; init; }

    /// <summary><see cref="Accounts.UserAccountDigest"/> of the account that it was opened with.</summary>
    public UInt128 AccountDigest { get; init; }

    /// <summary>The protocol.</summary>
    public required string Protocol { get; init; }

    /// <summary>The peer.</summary>
    public required IPEndPoint Remote { get; init; }

    /// <summary>What the client calls itself.</summary>
    public required string ClientVersion { get; init; }

    /// <summary>How it logged in.</summary>
    public required LoginMethod Method { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long its peer has done nothing.</summary>
    public required long IdleMilliseconds { get; init; }

    /// <summary>File bytes uploaded.</summary>
    public required long BytesReceived { get; init; }

    /// <summary>File bytes downloaded.</summary>
    public required long BytesSent { get; init; }

    /// <summary>Files open for transfer.</summary>
    public required IReadOnlyList<TransferInfo> Transfers { get; init; }
}

/// <summary>An open file of a session.</summary>
/// <param name="VirtualPath">The file as the user sees it.</param>
/// <param name="IsUpload">True if the handle can write.</param>
/// <param name="Bytes">File bytes moved so far.</param>
/// <param name="OpenMilliseconds">How long it has been open.</param>
public sealed record TransferInfo(string VirtualPath, bool IsUpload, long Bytes, long OpenMilliseconds);
