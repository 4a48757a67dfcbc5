using System.Net;
using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.InProcess;
using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Cluster.Wiring;
using Hpc.Actors.Kernel;
using Hpc.Cluster.Tests.Node;
using Hpc.Cluster.Tests.Wiring;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Server.Tests.Admin;

/// <summary>Two nodes: this one, and one whose sessions are known by the engine alone.</summary>
internal sealed class ClusterRig : IAsyncDisposable
{
    private readonly StoppableEngine _engine = new(new InProcessEngine(TimeProvider.System));
    private readonly ActorSystem _actors = new();
    private readonly ActorSystem _otherActors = new();
    private readonly ClusterNode _node;
    private readonly ClusterNode _other;

    public ClusterRig()
    {
        _node = new ClusterNode(_actors, _engine, new ClusterOptions { Name = "here" }, new RecordedEvents(), NullLogger<ClusterNode>.Instance);
        _other = new ClusterNode(_otherActors, _engine, new ClusterOptions { Name = "there" }, OrdersThere, NullLogger<ClusterNode>.Instance);
        All = new ClusterSessions(_node, Local);
    }

    /// <summary>True while the engine does not answer.</summary>
    public bool IsAway
    {
        set => _engine.IsAway = value;
    }

    /// <summary>What the other node was told.</summary>
    public RecordedEvents OrdersThere { get; } = new();

    public FakeSessions Local { get; } = new();

    public ClusterSessions All { get; }

    /// <summary>Starts both, with a session here and one there.</summary>
    public async Task StartAsync()
    {
        _node.Start();
        _other.Start();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!_node.HasLease || !_other.HasLease || _node.Nodes != 2)
        {
            patience.IsCancellationRequested.ShouldBeFalse("the nodes never met");
            await Task.Yield();
        }

        Local.Sessions.Add(FakeSessions.Session("aaaaaaaaaaaaaaaa", "ann"));
        var there = new ClusterSession("bbbbbbbbbbbbbbbb", "", "ann", "SCP", new IPEndPoint(IPAddress.Parse("192.0.2.9"), 4000), default);
        (await _other.OpenSessionAsync(new HeldPlace(there, 10, 0, 0), CancellationToken.None)).ShouldBe(PlaceReply.Taken);
    }

    public async ValueTask DisposeAsync()
    {
        await _actors.StopAsync();
        await _otherActors.StopAsync();
    }
}
