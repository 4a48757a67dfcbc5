namespace Hpc.Cluster.Tests.Simulation;

/// <summary>What is in force over all nodes of each scope, and what may be.</summary>
internal sealed class LimitBook(World world)
{
    // A limit that was lowered is in force when all nodes have heard of it, or are past their lease.
    private static readonly TimeSpan Transition = TimeSpan.FromSeconds(6);

    private readonly Dictionary<string, Entry> _entries = [];
    private readonly List<Entry> _touched = [];

    public IEnumerable<string> Scopes => _entries.Keys;

    public void Create(string scope, long limit) => _entries.Add(scope, new Entry(scope) { Limit = limit });

    public long LimitOf(string scope) => _entries[scope].Limit;

    public long InForce(string scope) => _entries[scope].Sum;

    public void Change(string scope, long limit)
    {
        Entry entry = _entries[scope];
        entry.Old = Math.Max(world.Now < entry.OldUntil ? entry.Old : 0, entry.Limit);
        entry.OldUntil = world.Now + Transition;
        entry.Limit = limit;
    }

    public void Add(string scope, long delta)
    {
        Entry entry = _entries[scope];
        entry.Sum += delta;
        if (delta > 0)
        {
            _touched.Add(entry);
        }
    }

    public void Check()
    {
        foreach (Entry entry in _touched)
        {
            long allowed = world.Now < entry.OldUntil ? Math.Max(entry.Limit, entry.Old) : entry.Limit;
            if (entry.Sum > allowed)
            {
                world.Fail($"{entry.Scope}: {entry.Sum} in force, the limit is {allowed}; the engine: {world.Engine.HeldOf(entry.Scope)}; {string.Join(", ", world.Nodes.Select(node => node.Describe(entry.Scope)))}");
            }
        }

        _touched.Clear();
    }

    private sealed class Entry(string scope)
    {
        public string Scope { get; } = scope;

        public long Limit { get; set; }

        public long Old { get; set; }

        public TimeSpan OldUntil { get; set; }

        public long Sum { get; set; }
    }
}
