using Hpc.Actors.Cluster.Node;

namespace Hpc.Cluster.Tests.Simulation;

/// <summary>Kinds of worlds, by what goes wrong in them.</summary>
internal static class WorldKinds
{
    public static string[] Names { get; } = ["calm", "loss", "echo", "trouble", "outage", "outage-share", "outage-forgets", "limits", "all"];

    public static WorldOptions Make(string kind, int seed)
    {
        var options = new WorldOptions { Seed = seed, Nodes = 1 + (seed % 7) + (seed % 11 == 0 ? 20 : 0) };
        return kind switch
        {
            "calm" => options,
            "loss" => options with { Loss = 0.1 },
            "echo" => options with { Loss = 0.05, Echo = 0.2 },
            "trouble" => options with { Trouble = 0.05, Loss = 0.01 },
            "outage" => options with { Outage = 0.06, Loss = 0.02, Echo = 0.02 },

            // Policies that go on without the engine keep the limit if it is away for all.
            "outage-share" => options with { Outage = 0.06, Away = AwayPolicy.Share },
            "outage-forgets" => options with { Outage = 0.06, Away = AwayPolicy.Share, ForgetsInOutage = true },
            "limits" => options with { LimitChange = 0.3 },
            _ => options with { Loss = 0.05, Echo = 0.05, Trouble = 0.03, Outage = 0.03, LimitChange = 0.1 },
        };
    }
}
