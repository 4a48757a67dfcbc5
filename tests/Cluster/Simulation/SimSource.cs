using Hpc.Actors.Cluster.Node;

namespace Hpc.Cluster.Tests.Simulation;

/// <summary>A rate of a simulated node.</summary>
internal sealed class SimSource(World world, SimNode node, string scope, long limit) : IShareSource
{
    public string Scope { get; } = scope;

    public long Limit { get; set; } = limit;

    public long Wanted { get; set; }

    public int Weight { get; set; } = 1;

    /// <summary>It is used no more, whatever it is told.</summary>
    public bool IsGone { get; set; }

    public long Rate { get; private set; }

    public ShareReading Read() => new(Wanted, Weight);

    public void SetRate(long bytesPerSecond)
    {
        long before = Rate;
        Rate = bytesPerSecond;
        if (node.IsRunning && !IsGone && bytesPerSecond != before)
        {
            world.Note($"{node.Name} uses {bytesPerSecond} of {Scope}, before {before}, wants {Wanted}");
            world.Limits.Add(Scope, bytesPerSecond - before);
        }
    }
}
