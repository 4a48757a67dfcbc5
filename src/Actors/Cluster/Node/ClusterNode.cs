using Hpc.Actors.Kernel;
using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Cluster.Node;

/// <summary>
/// This node in the cluster, as the rest of the program uses it: shared rates are registered here, sessions take their places here, points of hosts are told here.
/// Any thread may call it. The actor <c>/server/cluster</c> drives it.
/// </summary>
public sealed partial class ClusterNode
{
    private readonly IClusterEngine _engine;
    private readonly ClusterOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _start;
    private readonly NodeShares _shares;
    private readonly NodeSessions _sessions = new();
    private readonly NodeScores _scores = new();
    private readonly ActorSystem _system;
    private NodeView _view = new(null, 1, false, false, TimeSpan.Zero, TimeSpan.Zero);
    private TaskCompletionSource _epochChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ActorRef<ClusterMessage> _actor;
    private bool _isStarted;
    private int _isNudged;
    private bool _isFailing;
    private bool _isTakenOver;

    /// <summary>Makes a node that takes part from <see cref="Start"/> on.</summary>
    public ClusterNode(ActorSystem system, IClusterEngine engine, ClusterOptions options, IClusterEvents events, ILogger<ClusterNode> logger)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(logger);
        _system = system;
        _engine = engine;
        _options = options;
        _time = system.TimeProvider;
        _logger = logger;
        _start = _time.GetTimestamp();
        _shares = new NodeShares((scope, error) => ClusterLog.SourceFailed(logger, scope, error));
        _lease = new LeaseEnd(_start, _time.TimestampFrequency);
        Protocol = new NodeProtocol(options, _shares, _sessions, _scores, new ClusterEvents(events, logger), new Random(), _lease);
    }

    /// <summary>Called on the actor's turn after each answered tick with how long it took: must not wait or throw.</summary>
    public Action<TimeSpan>? Ticked { get; set; }

    /// <summary>Its name.</summary>
    public string Name => _options.Name;

    /// <summary>True while grants are in force.</summary>
    public bool HasLease => Volatile.Read(ref _view).HasLease;

    /// <summary>True while this node does the work that one node alone does.</summary>
    public bool IsLeader => Volatile.Read(ref _view).IsLeader;

    /// <summary>Nodes as last heard.</summary>
    public int Nodes => Volatile.Read(ref _view).Nodes;

    /// <summary>What has happened so far.</summary>
    public ClusterCounters Counters
    {
        get
        {
            NodeView view = Volatile.Read(ref _view);
            NodeTally tally = Protocol.Tally;
            return new ClusterCounters
            {
                Ticks = Volatile.Read(ref tally.Ticks),
                Failures = Volatile.Read(ref tally.Failures),
                Joins = Volatile.Read(ref tally.Joins),
                Fenced = Volatile.Read(ref tally.Fenced),
                DemandsTold = Volatile.Read(ref tally.DemandsTold),
                GrantsHeard = Volatile.Read(ref tally.GrantsHeard),
                Notices = Volatile.Read(ref tally.Notices),
                LastDuration = tally.LastDuration,
                LeaseAge = Now() - view.AnsweredAt,
                Scopes = _shares.Count,
                Nodes = view.Nodes,
                HasLease = view.HasLease,
                IsLeader = view.IsLeader,
            };
        }
    }

    internal NodeProtocol Protocol { get; }

    internal ActorRef<ClusterMessage> Actor => _actor;

    /// <summary>Makes the actor <c>cluster</c>, which joins at once. What was registered before takes part then. Once.</summary>
    public void Start()
    {
        _actor = _system.Spawn(ClusterActor.PropsFor(this), "cluster");
        Volatile.Write(ref _isStarted, true);
    }

    /// <summary>Takes part in a rate from now on. Nothing passes until it is granted, which a tick before its time asks for.</summary>
    public void Register(IShareSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _shares.Register(source);
        Nudge();
    }

    /// <summary>Takes part no more; the source uses nothing from now on.</summary>
    public void Unregister(IShareSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        _shares.Unregister(source);
    }

    /// <summary>Something wants more than before, or has begun to wait: worth a tick before its time. Cheap, may be called often.</summary>
    public void Nudge()
    {
        if (Volatile.Read(ref _isStarted) && Interlocked.Exchange(ref _isNudged, 1) == 0)
        {
            _actor.Tell(new ClusterMessage.Nudge());
        }
    }

    /// <summary>Counts points of a host, or its return while it is banned.</summary>
    public void AddScore(HostScore score) => _scores.Add(score);

    /// <summary>What waits to be told of a host is not told: an operator has forgotten it, or it is told otherwise.</summary>
    public void ForgetScore(string host) => _scores.Forget(host);

    /// <summary>Tells all nodes, this one among them. An exception means that it is not certain.</summary>
    public async ValueTask PublishAsync(ClusterNotice notice, CancellationToken ct) =>
        await CallAsync(
            async (engine, timeout) =>
            {
                await engine.PublishAsync(notice, timeout).ConfigureAwait(false);
                return true;
            },
            ct).ConfigureAwait(false);

    /// <summary>Sessions of all nodes, as <see cref="IClusterEngine.ListSessionsAsync"/>.</summary>
    public ValueTask<IReadOnlyList<ClusterSession>> ListSessionsAsync(string? after, int limit, CancellationToken ct) =>
        CallAsync((engine, timeout) => engine.ListSessionsAsync(after, limit, timeout), ct);

    /// <summary>Nodes whose lease lasts.</summary>
    public ValueTask<IReadOnlyList<ClusterMember>> ListNodesAsync(CancellationToken ct) => CallAsync(static (engine, timeout) => engine.ListNodesAsync(timeout), ct);

    /// <summary>Uses nothing more and hands back everything: the last step of a drain, when no session is open any more. False if there was nothing.</summary>
    public ValueTask<bool> LeaveAsync(CancellationToken ct) => !Volatile.Read(ref _isStarted)
        ? new(false)
        : _actor.AskAsync<bool>(static reply => new ClusterMessage.Leave(reply), _options.CallTimeout * 2, ct);

    internal TimeSpan Now() => _time.GetElapsedTime(_start);

    internal void TakeNudge() => Volatile.Write(ref _isNudged, 0);

    /// <summary>Calls the engine and waits for it no longer than a call may take, whatever the engine does with its token.</summary>
    internal ValueTask<T> CallAsync<T>(Func<IClusterEngine, CancellationToken, ValueTask<T>> call, CancellationToken ct) => CallAsync(call, _options.CallTimeout, ct);

    /// <summary>Sends a tick. The first of an epoch tells everything, and renews nothing.</summary>
    internal ValueTask<TickReply> TickAsync(TickRequest tick, CancellationToken ct) =>
        CallAsync((engine, timeout) => engine.TickAsync(tick, timeout), tick.Sequence > 1 ? _options.TickTimeout : _options.CallTimeout, ct);

    private async ValueTask<T> CallAsync<T>(Func<IClusterEngine, CancellationToken, ValueTask<T>> call, TimeSpan within, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(within, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        ValueTask<T> answer = call(_engine, both.Token);
        return answer.IsCompleted
            ? await answer.ConfigureAwait(false)
            : await answer.AsTask().WaitAsync(both.Token).ConfigureAwait(false);
    }

    internal ValueTask WaitForHurryAsync(NodeEpoch epoch, CancellationToken ct) => _engine.WaitForHurryAsync(epoch, ct);

    internal async Task LeaveEngineAsync(NodeEpoch epoch, Reply<bool> reply)
    {
        try
        {
            await CallAsync(
                async (engine, timeout) =>
                {
                    await engine.LeaveAsync(epoch, timeout).ConfigureAwait(false);
                    return true;
                },
                CancellationToken.None).ConfigureAwait(false);
            reply.TrySet(true);
        }
        catch (Exception error)
        {
            ClusterLog.LeaveFailed(_logger, error.Message);
            reply.TrySet(false);
        }
    }

    /// <summary>Shows the rest of the program where the protocol stands.</summary>
    internal void Show()
    {
        NodeView old = _view;
        var view = new NodeView(Protocol.Epoch, Protocol.Nodes, Protocol.IsLeader, Protocol.HasGrants, Protocol.AnsweredAt, Protocol.NodeUntil);
        if (view == old)
        {
            return;
        }

        Volatile.Write(ref _view, view);
        if (old.HasLease && !view.HasLease)
        {
            ClusterLog.Fenced(_logger);
        }
        else if (!old.HasLease && view.HasLease)
        {
            ClusterLog.HasLease(_logger);
        }

        if (old.Epoch != view.Epoch)
        {
            Signal(ref _epochChanged);
        }
    }

    internal void ReportAnswer(int nodes)
    {
        if (_isFailing)
        {
            Volatile.Write(ref _isFailing, false);
            ClusterLog.EngineAnswers(_logger, nodes);
        }

        // The first may be a join of this node's predecessor that was held up.
        if (!_isTakenOver && Protocol.Tally.TakenOver > 1)
        {
            _isTakenOver = true;
            ClusterLog.NameIsTaken(_logger, Name);
        }

        Signal(ref _called);
    }

    internal void ReportFailure(Exception error)
    {
        if (!_isFailing)
        {
            Volatile.Write(ref _isFailing, true);
            ClusterLog.EngineFailed(_logger, error.Message);
        }

        Signal(ref _called);
    }

    private static void Signal(ref TaskCompletionSource signal) =>
        Interlocked.Exchange(ref signal, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private sealed record NodeView(NodeEpoch? Epoch, int Nodes, bool IsLeader, bool HasLease, TimeSpan AnsweredAt, TimeSpan NodeUntil);
}
