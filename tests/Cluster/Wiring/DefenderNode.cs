using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Cluster.Wiring;
using Hpc.Actors.Defender;
using Hpc.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Cluster.Tests.Wiring;

/// <summary>One node of a <see cref="DefenderWorld"/>: a board, and the protocol that tells and hears for it.</summary>
internal sealed class DefenderNode : IDefenderLine
{
    private readonly DefenderWorld _world;
    private readonly NodeScores _scores = new();
    private readonly NodeProtocol _protocol;

    public DefenderNode(string name, DefenderWorld world, DefenderOptions options)
    {
        Name = name;
        _world = world;
        var cluster = new ClusterOptions { Name = name, Defender = ClusterBoard.ParametersOf(options) };
        var events = new BoardEvents();
        _protocol = new NodeProtocol(cluster, new NodeShares((_, error) => throw error), new NodeSessions(), _scores, new ClusterEvents(events, NullLogger.Instance), new Random(name[^1]));

        // What the board does by itself after a pause, a test does itself.
        Board = new ClusterBoard(options, this, world.Time, new ManualTimeProvider(), NullLogger.Instance);
        Board.OnBan(host => Begun.Add(host));
        events.Board = Board;
    }

    public string Name { get; }

    public ClusterBoard Board { get; }

    /// <summary>Bans that listeners have heard of.</summary>
    public List<HostKey> Begun { get; } = [];

    /// <summary>The engine does not answer this node.</summary>
    public bool IsCutOff { get; set; }

    public int Published { get; private set; }

    /// <summary>How often it wanted a tick before its time.</summary>
    public int Nudges { get; private set; }

    /// <summary>Happens before whoever tells all nodes goes on.</summary>
    public Action? AfterPublishing { get; set; }

    public bool HasLease => _protocol.HasGrants;

    private bool IsAway => IsCutOff || _world.IsAway;

    public void Run()
    {
        while (_protocol.Begin(_world.Now) is { } call)
        {
            if (IsAway)
            {
                _protocol.Failed(call, _world.Now);
            }
            else if (call.Join is { } join)
            {
                _protocol.Answered(call, AtOnce.Of(_world.Engine.JoinAsync(join, CancellationToken.None)), _world.Now);
            }
            else
            {
                _protocol.Answered(call, AtOnce.Of(_world.Engine.TickAsync(call.Tick!, CancellationToken.None)), _world.Now);
            }
        }
    }

    /// <summary>By the operator's word; true if all nodes are told for certain.</summary>
    public async Task<bool> BanAsync(HostKey host, TimeSpan time)
    {
        Board.Ban(host, time).ShouldBeTrue();
        return await Board.TellBanAsync(host, CancellationToken.None);
    }

    /// <inheritdoc cref="BanAsync"/>
    public async Task<bool> UnbanAsync(HostKey host)
    {
        Board.Remove(host);
        return await Board.TellUnbanAsync(host, CancellationToken.None);
    }

    public void AddScore(HostScore score) => _scores.Add(score);

    public void ForgetScore(string host) => _scores.Forget(host);

    public void Nudge()
    {
        Nudges++;
        _protocol.Hurry(_world.Now);
    }

    public async ValueTask PublishAsync(ClusterNotice notice, CancellationToken ct)
    {
        if (IsAway)
        {
            throw new IOException("away");
        }

        Published++;
        await _world.Engine.PublishAsync(notice, ct);
        AfterPublishing?.Invoke();
    }
}
