namespace Hpc.Actors.Cluster.Node;

/// <summary>How a node takes part.</summary>
public sealed record ClusterOptions
{
    /// <summary>Name of the node.</summary>
    public required string Name { get; init; }

    /// <summary>Version of the program, for lists.</summary>
    public string Version { get; init; } = "";

    /// <summary>Where operators reach the node, for lists.</summary>
    public string Address { get; init; } = "";

    /// <summary>From one tick to the next.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Least time between two ticks that something hurries.</summary>
    public TimeSpan MinGap { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the node waits for an answer.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The same for the answer to a tick that renews a lease; two of them and a tick have to fit into the share lease.</summary>
    public TimeSpan TickTimeout { get; init; } = TimeSpan.FromMilliseconds(600);

    /// <summary>How long grants last; two and a quarter ticks at least.</summary>
    public TimeSpan ShareLease { get; init; } = TimeSpan.FromMilliseconds(2_250);

    /// <summary>How long sessions last.</summary>
    public TimeSpan NodeLease { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Longest pause after calls that failed.</summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Least time between joins that are made to tell sessions which the engine does not know.</summary>
    public TimeSpan RejoinGap { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bandwidth while there is no lease.</summary>
    public AwayPolicy Away { get; init; }

    /// <summary>New sessions while the engine is away.</summary>
    public SessionsAway SessionsAway { get; init; }

    /// <summary>How hosts are judged; null leaves it to other nodes.</summary>
    public DefenderParameters? Defender { get; init; }
}
