using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Cluster.Wiring;
using Hpc.Actors.Limits.Bandwidth;
using Hpc.Cluster.Tests.Node;
using Hpc.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Cluster.Tests.Wiring;

/// <summary>A node with a clock of its own, its transfers and its side of the protocol.</summary>
internal sealed class RateNode : IShareRegistry, IDisposable
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromMilliseconds(600);

    private readonly RateCluster _cluster;
    private readonly NodeShares _shares = new((scope, error) => throw new InvalidOperationException(scope, error));
    private readonly NodeProtocol _protocol;
    private readonly List<BandwidthLease> _leases = [];
    private readonly long _start;
    private (TimeSpan At, Action Answer)? _answer;
    private NodeEpoch? _waitsAs;
    private Task? _hurry;
    private bool _isNudged;

    public RateNode(RateCluster cluster, string name, AwayPolicy away, int seed, int maxShared = 1000)
    {
        _cluster = cluster;
        Clock.Advance(TimeSpan.FromSeconds(seed * 1000));
        _start = Clock.GetTimestamp();
        Lease = new LeaseEnd(_start, Clock.TimestampFrequency);
        _protocol = new NodeProtocol(
            new ClusterOptions { Name = name, Away = away },
            _shares,
            new NodeSessions(),
            new NodeScores(),
            new ClusterEvents(new RecordedEvents(), NullLogger.Instance),
            new Random(seed),
            Lease);
        Rates = new ClusterRates(this, maxShared);
        Keeper = new BandwidthKeeper(Clock, NullLogger<BandwidthKeeper>.Instance, Rates);
    }

    public ManualTimeProvider Clock { get; } = new();

    public ClusterRates Rates { get; }

    public BandwidthKeeper Keeper { get; }

    public LeaseEnd Lease { get; }

    public List<GreedyTransfer> Transfers { get; } = [];

    /// <summary>It does nothing, and its clock stands.</summary>
    public bool IsStopped { get; set; }

    public bool IsDead { get; private set; }

    public int Registered => _shares.Count;

    public long Moved => Transfers.Sum(static transfer => transfer.Moved);

    public long Statements { get; private set; }

    private TimeSpan Now => Clock.GetElapsedTime(_start);

    public void Register(IShareSource source)
    {
        _shares.Register(source);
        Nudge();
    }

    public void Unregister(IShareSource source) => _shares.Unregister(source);

    public void Nudge() => _isNudged = true;

    public BandwidthLease? Open(SessionBandwidth limits)
    {
        BandwidthLease? lease = Keeper.Open(limits);
        if (lease is not null)
        {
            _leases.Add(lease);
        }

        return lease;
    }

    public BandwidthLease Open(string user, long download, params GroupTotal[] groups) => Open(new SessionBandwidth { UserName = user, Download = download, Groups = groups })!;

    public void Close(BandwidthLease lease)
    {
        _leases.Remove(lease);
        lease.Dispose();
    }

    public void Download(BandwidthLease lease, int count, int operation = 32_768)
    {
        for (int i = 0; i < count; i++)
        {
            Transfers.Add(new GreedyTransfer(lease.Bandwidth.Download!.Begin(), operation));
        }
    }

    public void SetActive(bool isActive) => Transfers.ForEach(transfer => transfer.IsActive = isActive);

    /// <summary>What it may use of a scope.</summary>
    public long RateOf(string scope) =>
        IsDead || IsStopped || Clock.GetTimestamp() >= Lease.Until ? 0 : Keeper.List().SingleOrDefault(found => found.Name == scope)?.Rate ?? 0;

    public void Kill() => IsDead = true;

    public void Step()
    {
        if (IsDead || IsStopped)
        {
            return;
        }

        Transfers.ForEach(static transfer => transfer.Move());
        StepProtocol();
        Clock.Advance(RateCluster.StepTime);
    }

    public void StepProtocol()
    {
        if (_answer is { } due && Now >= due.At)
        {
            _answer = null;
            due.Answer();
        }

        if (_hurry is { IsCompleted: true })
        {
            _hurry = null;
            _protocol.Hurry(Now);
        }

        if (_isNudged)
        {
            _isNudged = false;
            _protocol.Hurry(Now);
        }

        if (_protocol.Begin(Now) is { } call)
        {
            Send(call);
        }

        if (_protocol.Epoch != _waitsAs || _hurry is null)
        {
            _waitsAs = _protocol.Epoch;
            _hurry = _waitsAs is { } epoch ? _cluster.Engine.WaitForHurryAsync(epoch, CancellationToken.None).AsTask() : null;
        }
    }

    public void Dispose()
    {
        Transfers.ForEach(static transfer => transfer.Dispose());
        _leases.ForEach(static lease => lease.Dispose());
        Keeper.Dispose();
    }

    private void Send(ClusterCall call)
    {
        Statements++;
        if (!_cluster.IsEngineUp)
        {
            _answer = (Now + CallTimeout, () => _protocol.Failed(call, Now));
        }
        else if (call.Join is { } join)
        {
            JoinReply reply = AtOnce.Of(_cluster.Engine.JoinAsync(join, CancellationToken.None));
            _answer = (Now + RateCluster.Latency, () => _protocol.Answered(call, reply, Now));
        }
        else
        {
            TickReply reply = AtOnce.Of(_cluster.Engine.TickAsync(call.Tick!, CancellationToken.None));
            _answer = (Now + RateCluster.Latency, () => _protocol.Answered(call, reply, Now));
        }
    }
}
