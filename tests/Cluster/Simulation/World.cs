using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.InProcess;

namespace Hpc.Cluster.Tests.Simulation;

/// <summary>
/// Nodes, an engine and a network in virtual time, with everything that happens drawn from one seed. The nodes run the protocol that the server runs. After each event the invariants
/// are checked; <see cref="Run"/> says how it ended, with the seed and the last events.
/// </summary>
internal sealed partial class World
{
    private const int KeptEvents = 60;

    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _events = new();
    private readonly Queue<string> _history = new();
    private readonly List<SimNode> _nodes = [];
    private long _order;
    private TimeSpan _downUntil;
    private string? _failure;

    public World(WorldOptions options)
    {
        Options = options;
        Random = new Random(options.Seed);
        Limits = new LimitBook(this);
        Engine = new InProcessEngine(Time);
        for (int i = 0; i < options.Scopes; i++)
        {
            Limits.Create($"user/u{i}/down", Random.Next(0, 4) == 0 ? 1_000_000_000_000 : Random.Next(1_000, 100_000_000));
        }

        for (int i = 0; i < options.Nodes; i++)
        {
            _nodes.Add(new SimNode(this, $"n{i:000}"));
        }
    }

    public WorldOptions Options { get; }

    public Random Random { get; }

    public WorldTime Time { get; } = new();

    public LimitBook Limits { get; }

    public InProcessEngine Engine { get; private set; }

    public TimeSpan Now => Time.Now;

    public bool IsEngineUp => Now >= _downUntil;

    public TimeSpan DownUntil => _downUntil;

    public IReadOnlyList<SimNode> Nodes => _nodes;

    public long Published { get; private set; }

    public long Statements { get; private set; }

    public long Events { get; private set; }

    /// <summary>Requests and answers come through at once and always.</summary>
    public bool IsCalm { get; private set; }

    /// <summary>Demands stay as they are.</summary>
    public bool IsSteady { get; private set; }

    public bool Chance(double probability) => probability > 0 && Random.NextDouble() < probability;

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * Random.NextDouble());

    public void At(TimeSpan at, Action action) => _events.Enqueue(action, (at < Now ? Now : at, _order++));

    public void After(TimeSpan delay, Action action) => At(Now + delay, action);

    public void Note(string what)
    {
        _history.Enqueue($"{Now.TotalSeconds:0.0000} {what}");
        if (_history.Count > KeptEvents)
        {
            _history.Dequeue();
        }
    }

    public void Fail(string what) => _failure ??= $"{what} at {Now.TotalSeconds:0.0000} ({Options})\n{string.Join('\n', _history)}";

    /// <summary>One statement reaches the engine.</summary>
    public void OnStatement()
    {
        Statements++;
    }

    /// <summary>Nodes that were hurried hear of it.</summary>
    public void PassHurries()
    {
        foreach (SimNode node in _nodes)
        {
            node.TakeHurry();
        }
    }

    /// <summary>Runs all there is; null if all went well.</summary>
    public string? Run()
    {
        foreach (SimNode node in _nodes)
        {
            After(Between(TimeSpan.Zero, TimeSpan.FromSeconds(2)), node.Start);
        }

        After(TimeSpan.FromSeconds(1), Stir);
        RunUntil(Options.Faulty);
        IsCalm = true;
        _nodes.ForEach(static node => node.Heal());
        _downUntil = _downUntil < Now ? _downUntil : Now;
        RunUntil(Now + TimeSpan.FromSeconds(15));
        Shift();
        RunUntil(Now + (TimeSpan.FromSeconds(1) * 2) + TimeSpan.FromMilliseconds(100));
        (Statements > 5 * Options.Nodes).ShouldBeTrue("a world in which nothing happens shows nothing");
        CheckConverged();
        CheckNotices();
        return _failure;
    }

    private void RunUntil(TimeSpan end)
    {
        while (_failure is null && _events.TryPeek(out _, out var next) && next.At <= end)
        {
            Action action = _events.Dequeue();
            Time.Now = next.At;
            Events++;
            action();
            Limits.Check();
            CheckLeader();
        }

        Time.Now = Time.Now > end ? Time.Now : end;
    }

    private void CheckLeader()
    {
        int leaders = 0;
        foreach (SimNode node in _nodes)
        {
            leaders += node.IsLeader ? 1 : 0;
        }

        if (leaders > 1)
        {
            Fail("There are several leaders.");
        }
    }

    /// <summary>Called whenever a session begins.</summary>
    public void CheckSessions(string user, int limit)
    {
        int open = 0;
        foreach (SimNode node in _nodes)
        {
            open += node.CountWithLease(user);
        }

        if (open > limit)
        {
            Fail($"{user} has {open} sessions, the limit is {limit}");
        }
    }
}
