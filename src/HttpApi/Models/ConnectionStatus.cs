using System.Text.Json.Serialization;

namespace Hpc.HttpApi.Models;

/// <summary>A live session (R11.10).</summary>
public sealed record ConnectionStatus
{
    /// <summary>The user.</summary>
    [JsonPropertyName("username")]
    public string Username { get; init; } = "";

    /// <summary>Closes it by <c>DELETE /connections/{connectionID}</c>.</summary>
    [JsonPropertyName("connection_id")]
    public string ConnectionId { get; init; } = "";

    /// <summary>What the client calls itself.</summary>
    [JsonPropertyName("client_version")]
    public string ClientVersion { get; init; } = "";

    /// <summary>The peer.</summary>
    [JsonPropertyName("remote_address")]
    public string RemoteAddress { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    [JsonPropertyName("connection_time")]
    public long ConnectionTime { get; init; }

    /// <summary>The last command.</summary>
    [JsonPropertyName("command")]
    public string Command { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    [JsonPropertyName("last_activity")]
    public long LastActivity { get; init; }

    /// <summary><c>SFTP</c>, <c>SCP</c>, <c>SSH</c>, <c>FTP</c>, <c>DAV</c> or <c>HTTP</c>.</summary>
    [JsonPropertyName("protocol")]
    public string Protocol { get; init; } = "";

    /// <summary>Files that are being moved.</summary>
    [JsonPropertyName("active_transfers")]
    public IReadOnlyList<TransferStatus> ActiveTransfers { get; init; } = [];

    /// <summary>The node that it is on.</summary>
    [JsonPropertyName("node")]
    public string Node { get; init; } = "";
}

/// <summary>A file that is being moved.</summary>
public sealed record TransferStatus
{
    /// <summary><c>upload</c> or <c>download</c>.</summary>
    [JsonPropertyName("operation_type")]
    public string OperationType { get; init; } = "";

    /// <summary>Virtual path.</summary>
    [JsonPropertyName("path")]
    public string Path { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    [JsonPropertyName("start_time")]
    public long StartTime { get; init; }

    /// <summary>Bytes moved.</summary>
    [JsonPropertyName("size")]
    public long Size { get; init; }
}
