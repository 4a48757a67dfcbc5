using Hpc.Actors.Cluster.Node;

namespace Hpc.Cluster.Tests.Simulation;

/// <summary>What happens in a simulated world.</summary>
internal sealed record WorldOptions
{
    public required int Seed { get; init; }

    public int Nodes { get; init; } = 3;

    public int Scopes { get; init; } = 4;

    public int Users { get; init; } = 3;

    public AwayPolicy Away { get; init; } = AwayPolicy.Stop;

    /// <summary>How long faults go on.</summary>
    public TimeSpan Faulty { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>Chance that a request or an answer is lost.</summary>
    public double Loss { get; init; }

    /// <summary>Chance that a request happens once more, up to ten seconds later.</summary>
    public double Echo { get; init; }

    /// <summary>Chance in each second that something happens to a node: pause, kill, restart, partition, leave.</summary>
    public double Trouble { get; init; }

    /// <summary>Chance in each second that the engine falls silent for up to 30 seconds.</summary>
    public double Outage { get; init; }

    /// <summary>Chance in each second that a limit is changed.</summary>
    public double LimitChange { get; init; }

    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <summary>The engine has lost what it knew when it comes back.</summary>
    public bool ForgetsInOutage { get; init; }

    public override string ToString() => $"seed {Seed}, {Nodes} nodes, {Scopes} scopes, {Away}, loss {Loss}, echo {Echo}, trouble {Trouble}, outage {Outage}, limits {LimitChange}, forgets {ForgetsInOutage}";
}
