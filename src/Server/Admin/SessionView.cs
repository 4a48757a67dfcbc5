using System.Text.Json.Serialization;
using Hpc.Actors.Cluster;
using Hpc.Actors.Sessions;
using Hpc.Server.Configuration;

namespace Hpc.Server.Admin;

/// <summary>A live session as the admin port shows it.</summary>
internal sealed record SessionView
{
    public required string Id { get; init; }

    public required string ConnectionId { get; init; }

    public required string UserName { get; init; }

    public required string Protocol { get; init; }

    public required string RemoteAddress { get; init; }

    public required string ClientVersion { get; init; }

    public required string LoginMethod { get; init; }

    public required DateTimeOffset ConnectedAt { get; init; }

    /// <summary>Null, as the other figures, for a session of another node: its own list has them.</summary>
    public required double? IdleSeconds { get; init; }

    public required long? BytesReceived { get; init; }

    public required long? BytesSent { get; init; }

    public required IReadOnlyList<TransferView>? Transfers { get; init; }

    /// <summary>The node that has it, where there is more than one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Node { get; init; }

    public static SessionView Of(SessionInfo session) => new()
    {
        Id = session.SessionId,
        ConnectionId = session.ConnectionId,
        UserName = session.UserName,
        Protocol = session.Protocol,
        RemoteAddress = session.Remote.ToString(),
        ClientVersion = session.ClientVersion,
        LoginMethod = ChoiceText.Of(session.Method),
        ConnectedAt = session.StartedAt,
        IdleSeconds = session.IdleMilliseconds / 1000.0,
        BytesReceived = session.BytesReceived,
        BytesSent = session.BytesSent,
        Transfers = [.. session.Transfers.Select(TransferView.Of)],
    };

    public static SessionView Of(ClusterSession session) => new()
    {
        Id = session.Id,
        ConnectionId = "",
        UserName = session.User,
        Protocol = session.Protocol,
        RemoteAddress = session.Remote.ToString(),
        ClientVersion = "",
        LoginMethod = "",
        ConnectedAt = session.Since,
        IdleSeconds = null,
        BytesReceived = null,
        BytesSent = null,
        Transfers = null,
        Node = session.Node,
    };
}

/// <summary>A file open for transfer.</summary>
internal sealed record TransferView
{
    public required string Path { get; init; }

    /// <summary><c>upload</c> or <c>download</c>.</summary>
    public required string Direction { get; init; }

    public required long Bytes { get; init; }

    public required double ElapsedSeconds { get; init; }

    public static TransferView Of(TransferInfo transfer) => new()
    {
        Path = transfer.VirtualPath,
        Direction = transfer.IsUpload ? "upload" : "download",
        Bytes = transfer.Bytes,
        ElapsedSeconds = transfer.OpenMilliseconds / 1000.0,
    };
}

/// <summary>How many sessions were ended.</summary>
internal sealed record KickResult(int Ended)
{
    /// <summary>True if sessions of other nodes may go on, because the cluster did not answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsPartial { get; init; }
}

/// <summary>Where the admin port of a running server is and what opens it; stands in the data directory while the server runs.</summary>
internal sealed record AdminAccess(string Address, string Token, int ProcessId);

/// <summary>JSON of the admin port.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(IReadOnlyList<SessionView>))]
[JsonSerializable(typeof(KickResult))]
[JsonSerializable(typeof(UsageScanView))]
[JsonSerializable(typeof(UsageView))]
[JsonSerializable(typeof(IReadOnlyList<UsageView>))]
[JsonSerializable(typeof(IReadOnlyList<RunningScanView>))]
[JsonSerializable(typeof(TransferResetView))]
[JsonSerializable(typeof(ClusterView))]
[JsonSerializable(typeof(AdminAccess))]
internal sealed partial class AdminJson : JsonSerializerContext;
