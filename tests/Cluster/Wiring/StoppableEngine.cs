using Hpc.Actors.Cluster;

namespace Hpc.Cluster.Tests.Wiring;

/// <summary>An engine that goes away and comes back.</summary>
internal sealed class StoppableEngine(IClusterEngine engine) : IClusterEngine
{
    private volatile bool _isAway;

    public bool IsAway
    {
        get => _isAway;
        set => _isAway = value;
    }

    /// <summary>Places are not answered, all else is: as when more logins ask for them than the engine can take.</summary>
    public bool HasNoPlaces { get; set; }

    /// <summary>Sessions are not listed, all else is answered.</summary>
    public bool HasNoLists { get; set; }

    private IClusterEngine Engine => _isAway ? throw new IOException("away, on purpose") : engine;

    public ValueTask<JoinReply> JoinAsync(JoinRequest request, CancellationToken ct) => Engine.JoinAsync(request, ct);

    public ValueTask<TickReply> TickAsync(TickRequest request, CancellationToken ct) => Engine.TickAsync(request, ct);

    public ValueTask<PlaceReply> OpenSessionAsync(PlaceRequest request, CancellationToken ct) => HasNoPlaces ? throw new IOException("no places, on purpose") : Engine.OpenSessionAsync(request, ct);

    public ValueTask LeaveAsync(NodeEpoch node, CancellationToken ct) => Engine.LeaveAsync(node, ct);

    public ValueTask<IReadOnlyList<ClusterSession>> ListSessionsAsync(string? after, int limit, CancellationToken ct) => HasNoLists ? throw new IOException("no lists, on purpose") : Engine.ListSessionsAsync(after, limit, ct);

    public ValueTask<IReadOnlyList<ClusterMember>> ListNodesAsync(CancellationToken ct) => Engine.ListNodesAsync(ct);

    public ValueTask<IReadOnlyList<ClusterBan>> ListBansAsync(string? after, int limit, CancellationToken ct) => Engine.ListBansAsync(after, limit, ct);

    public ValueTask PublishAsync(ClusterNotice notice, CancellationToken ct) => Engine.PublishAsync(notice, ct);

    public ValueTask WaitForHurryAsync(NodeEpoch node, CancellationToken ct) => Engine.WaitForHurryAsync(node, ct);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
