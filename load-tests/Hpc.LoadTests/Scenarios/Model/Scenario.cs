using Hpc.LoadTests.Thresholds;

namespace Hpc.LoadTests.Scenarios.Model;

/// <summary>What a run does, as a scenario file says it.</summary>
internal sealed record Scenario
{
    public required string Name { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Makes the same choices in every run.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Sessions of a stage that does not say how many.</summary>
    public int Sessions { get; init; }

    public TargetDefaults Target { get; init; } = new();

    public SpawnedServer Server { get; init; } = new();

    public required IReadOnlyList<Stage> Stages { get; init; }

    public FileOptions Files { get; init; } = new();

    public TransferOptions Transfer { get; init; } = new();

    public AlgorithmChoice Algorithms { get; init; } = new();

    public RelayOptions? Relay { get; init; }

    public ClientLimits Limits { get; init; } = new();

    public IReadOnlyList<Threshold> Thresholds { get; init; } = [];

    /// <summary>Sessions at the same time, at most.</summary>
    public int MaxSessions => Stages.Max(static stage => Math.Max(stage.From, stage.To));
}

/// <summary>Where the load goes unless the command line says otherwise.</summary>
internal sealed record TargetDefaults
{
    public string Host { get; init; } = "";

    public int Port { get; init; } = 22;

    public string User { get; init; } = "";

    /// <summary>The folder on the server that the run's own folder is made in.</summary>
    public string Directory { get; init; } = ".";
}

/// <summary>The server that the run starts itself.</summary>
internal sealed record SpawnedServer
{
    /// <summary>Users that the sessions are shared out to.</summary>
    public int Users { get; init; } = 4;

    /// <summary>Whether the server's runtime is asked for a collection before memory is read.</summary>
    public bool Collects { get; init; } = true;
}

/// <summary>Delay and rate between client and server.</summary>
/// <param name="Delay">Added in each direction.</param>
/// <param name="BytesPerSecond">In each direction for all connections together; 0 for no limit.</param>
internal sealed record RelayOptions(TimeSpan Delay, long BytesPerSecond);

/// <summary>Algorithms offered, best first; empty for the client's own choice.</summary>
internal sealed record AlgorithmChoice
{
    public IReadOnlyList<string> Ciphers { get; init; } = [];

    public IReadOnlyList<string> Macs { get; init; } = [];

    public IReadOnlyList<string> KeyExchange { get; init; } = [];

    public IReadOnlyList<string> HostKeys { get; init; } = [];
}
