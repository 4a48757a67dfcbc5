namespace Hpc.Cluster.Tests.Simulation;

/// <summary>The engine's clock in a simulated world; its wall clock can be stepped.</summary>
internal sealed class WorldTime : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public TimeSpan Now { get; set; }

    public TimeSpan WallStep { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;

    public override DateTimeOffset GetUtcNow() => Epoch + Now + WallStep;
}
