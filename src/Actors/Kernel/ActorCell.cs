namespace Hpc.Actors.Kernel;

/// <summary>
/// An actor's place in the tree: its mailbox, its turn on the thread pool and its life. It outlives the instances that restarts replace.
/// 104 bytes on 64 bits, plus the instance (24 bytes and its own fields) and its entry among the parent's children (about 40).
/// </summary>
internal sealed partial class ActorCell
{
    private readonly ActorCell? _parent;
    private readonly Props _props;

    // Belongs to the turn; State is also read by tellers.
    private ActorBase? _actor;
    private CellExtras? _extras;
    private volatile CellState _state;

    // Written by the parent's turn alone.
    private bool _stopRequested;

    public ActorCell(ActorSystem system, ActorCell? parent, Props props, string name)
    {
        System = system;
        _parent = parent;
        _props = props;
        Name = name;
        if (parent is null)
        {
            _extras = new CellExtras();
        }
    }

    public ActorSystem System { get; }

    public string Name { get; }

    public bool IsTerminated => _state == CellState.Terminated;

    public string Path => $"{_parent?.Path}/{Escape(Name)}";

    public CancellationToken StoppingToken => _state >= CellState.Stopping
        ? new CancellationToken(canceled: true)
        : (Extras.Stopping ??= new CancellationTokenSource()).Token;

    public int ChildCount
    {
        get
        {
            if (_extras is not { } extras)
            {
                return 0;
            }

            lock (extras.Children)
            {
                return extras.Children.Count;
            }
        }
    }

    private CellExtras Extras => _extras ??= new CellExtras();

    public IReadOnlyList<string> ChildNames() => [.. ChildrenNow().Select(child => child.Name)];

    public ActorCell Spawn(Props props, string name)
    {
        ArgumentNullException.ThrowIfNull(props);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var child = new ActorCell(System, this, props, name);
        CellExtras extras = Extras;
        lock (extras.Children)
        {
            if (extras.ClosedToChildren || _state >= CellState.Stopping)
            {
                throw new InvalidOperationException($"{Path} is stopping and takes no children.");
            }

            if (!extras.Children.TryAdd(name, child))
            {
                throw new InvalidOperationException($"{Path} has a child of that name that has not terminated: {Escape(name)}.");
            }
        }

        child.Send(new SystemMessage(SystemMessageKind.Start));
        return child;
    }

    public override string ToString() => Path;

    // EscapeDataString leaves the dots, which would make a segment that means "here" or "up".
    private static string Escape(string name) => name switch
    {
        "." => "%2E",
        ".." => "%2E%2E",
        _ => Uri.EscapeDataString(name),
    };

    private ActorCell[] ChildrenNow()
    {
        if (_extras is not { } extras)
        {
            return [];
        }

        lock (extras.Children)
        {
            return [.. extras.Children.Values];
        }
    }
}
