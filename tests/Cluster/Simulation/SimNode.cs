using System.Net;
using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.Node;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Cluster.Tests.Simulation;

/// <summary>One node: a process that may be paused, killed and started again, with a clock of its own.</summary>
internal sealed partial class SimNode : IClusterEvents
{
    private readonly World _world;
    private readonly double _drift;
    private readonly TimeSpan _offset;
    private readonly List<Action> _inbox = [];
    private readonly Dictionary<string, SimSource> _sources = [];
    private NodeShares _shares = null!;
    private NodeSessions _sessions = null!;
    private NodeProtocol? _protocol;
    private Task? _hurry;
    private NodeEpoch? _hurryEpoch;
    private TimeSpan _partitionedUntil;
    private bool _isPaused;
    private int _process;
    private long _wakeVersion;

    public SimNode(World world, string name)
    {
        _world = world;
        Name = name;
        _drift = 1 + (world.Random.Next(-200, 200) / 1_000_000.0);
        _offset = TimeSpan.FromSeconds(world.Random.Next(0, 100_000));
    }

    public string Name { get; }

    public bool IsRunning { get; private set; }

    public bool IsLeader => IsRunning && _protocol!.IsLeader;

    private bool IsCutOff => _world.Now < _partitionedUntil;

    private TimeSpan Local => _offset + (_world.Now * _drift);

    public void Start()
    {
        if (_protocol is not null)
        {
            return;
        }

        _process++;
        _sources.Clear();
        _open.Clear();
        _shares = new NodeShares((scope, error) => _world.Fail($"{scope}: {error}"));
        _sessions = new NodeSessions();
        ForgetNotices();
        _protocol = new NodeProtocol(
            new ClusterOptions { Name = Name, Away = _world.Options.Away, SessionsAway = SessionsAway.Refuse },
            _shares,
            _sessions,
            new NodeScores(),
            new ClusterEvents(this, NullLogger.Instance),
            new Random(_world.Random.Next()));
        IsRunning = true;
        _world.Note($"{Name} starts");
        foreach (string scope in _world.Limits.Scopes)
        {
            Register(scope);
        }

        Step();
    }

    public void Trouble()
    {
        if (_protocol is null || _isPaused)
        {
            return;
        }

        switch (_world.Random.Next(4))
        {
            case 0:
                Pause();
                _world.After(_world.Between(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(30)), Resume);
                break;
            case 1:
                Kill();
                _world.After(_world.Between(TimeSpan.FromSeconds(0.05), TimeSpan.FromSeconds(10)), Start);
                break;
            case 2:
                _partitionedUntil = _world.Now + _world.Between(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(20));
                _world.Note($"{Name} is cut off until {_partitionedUntil.TotalSeconds:0.0}");
                break;
            default:
                Leave();
                _world.After(_world.Between(TimeSpan.FromSeconds(0.05), TimeSpan.FromSeconds(5)), Start);
                break;
        }
    }

    public void Heal()
    {
        _partitionedUntil = TimeSpan.Zero;
        Resume();
        Start();
    }

    public void ShiftSome()
    {
        if (!IsRunning)
        {
            return;
        }

        foreach (SimSource source in _sources.Values.ToArray())
        {
            if (_world.Chance(0.02))
            {
                _world.Limits.Add(source.Scope, -source.Rate);
                source.IsGone = true;
                _shares.Unregister(source);
                Register(source.Scope);
            }
            else if (_world.Chance(0.2))
            {
                long wanted = _world.Random.Next(4) switch
                {
                    0 => 0,
                    1 => long.MaxValue,
                    _ => (long)(source.Limit * _world.Random.NextDouble()),
                };
                Want(source.Scope, wanted, _world.Random.Next(1, 30));
            }
        }
    }

    public void Want(string scope, long wanted, int weight)
    {
        SimSource source = _sources[scope];
        bool isMore = wanted > source.Wanted;
        source.Wanted = wanted;
        source.Weight = weight;
        if (isMore)
        {
            _protocol!.Hurry(Local);
            Step();
        }
    }

    public bool Wants(string scope) => _sources[scope].Wanted > 0;

    public long RateOf(string scope) => _sources[scope].Rate;

    public string Describe(string scope) => IsRunning ? $"{Name} {RateOf(scope)} {_protocol!.Phase}{(_protocol.HasGrants ? " granted" : "")}" : $"{Name} stands";

    public void ChangeLimit(string scope, long limit)
    {
        if (_protocol is null)
        {
            return;
        }

        if (_isPaused)
        {
            _inbox.Add(() => ChangeLimit(scope, limit));
            return;
        }

        SimSource source = _sources[scope];
        source.Limit = limit;
        source.SetRate(Math.Min(source.Rate, limit));
    }

    public void TakeHurry()
    {
        if (_hurry is { IsCompleted: true })
        {
            _hurry = null;
            int process = _process;
            _world.After(_world.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(20)), () =>
            {
                if (process == _process && IsRunning)
                {
                    _protocol!.Hurry(Local);
                    Step();
                }
            });
        }
    }

    private void Register(string scope)
    {
        var source = new SimSource(_world, this, scope, _world.Limits.LimitOf(scope));
        _sources[scope] = source;
        _shares.Register(source);
    }

    private void Pause()
    {
        _world.Note($"{Name} is paused");
        CountRates(-1);
        IsRunning = false;
        _isPaused = true;
    }

    private void Resume()
    {
        if (!_isPaused)
        {
            return;
        }

        _world.Note($"{Name} goes on");
        _isPaused = false;

        // What lets bytes through asks for the lease first.
        _protocol!.Advance(Local);
        IsRunning = true;
        CountRates(1);
        foreach (Action late in _inbox.ToArray())
        {
            late();
        }

        _inbox.Clear();
        Step();
    }

    private void Kill()
    {
        _world.Note($"{Name} is killed");
        End();
    }

    private void Leave()
    {
        _world.Note($"{Name} leaves");
        NodeEpoch? epoch = _protocol!.Leave();
        End();
        if (epoch is { } known)
        {
            Call(engine => AtOnce.Of(engine.LeaveAsync(known, CancellationToken.None)));
        }
    }

    private void End()
    {
        CountRates(-1);
        IsRunning = false;
        _isPaused = false;
        _protocol = null;
        _hurry = null;
        _inbox.Clear();
        _open.Clear();
        _process++;
    }

    private void CountRates(int sign)
    {
        foreach (SimSource source in _sources.Values)
        {
            _world.Limits.Add(source.Scope, sign * source.Rate);
        }
    }

    private static ClusterSession Describe(string id, string user) =>
        new(id, "", user, "SFTP", new IPEndPoint(IPAddress.Loopback, 22), default);
}
