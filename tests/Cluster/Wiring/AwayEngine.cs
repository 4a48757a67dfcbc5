using Hpc.Actors.Cluster;

namespace Hpc.Cluster.Tests.Wiring;

/// <summary>An engine that does not answer.</summary>
internal sealed class AwayEngine : IClusterEngine
{
    public ValueTask<JoinReply> JoinAsync(JoinRequest request, CancellationToken ct) => throw Away();

    public ValueTask<TickReply> TickAsync(TickRequest request, CancellationToken ct) => throw Away();

    public ValueTask<PlaceReply> OpenSessionAsync(PlaceRequest request, CancellationToken ct) => throw Away();

    public ValueTask LeaveAsync(NodeEpoch node, CancellationToken ct) => throw Away();

    public ValueTask<IReadOnlyList<ClusterSession>> ListSessionsAsync(string? after, int limit, CancellationToken ct) => throw Away();

    public ValueTask<IReadOnlyList<ClusterMember>> ListNodesAsync(CancellationToken ct) => throw Away();

    public ValueTask<IReadOnlyList<ClusterBan>> ListBansAsync(string? after, int limit, CancellationToken ct) => throw Away();

    public ValueTask PublishAsync(ClusterNotice notice, CancellationToken ct) => throw Away();

    public ValueTask WaitForHurryAsync(NodeEpoch node, CancellationToken ct) => throw Away();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static IOException Away() => new("away");
}
