namespace Hpc.Allocations.Tests;

/// <summary>How much more than its baseline an operation may allocate. A baseline of 0 has no tolerance at all.</summary>
/// <param name="Bytes">At least so many bytes.</param>
/// <param name="Percent">At least this part of the baseline.</param>
internal sealed record Tolerance(long Bytes, int Percent)
{
    /// <summary>Counted on one thread, which is exact; the room is for patches of the runtime.</summary>
    public static Tolerance OneThread { get; } = new(8, 5);

    /// <summary>Counted over all threads of the process.</summary>
    public static Tolerance AllThreads { get; } = new(64, 5);

    /// <summary>Counted over all threads, of which several wake each other: how often depends on the machine.</summary>
    public static Tolerance WakeUps { get; } = new(64, 50);

    public long Limit(long baseline) => baseline == 0 ? 0 : baseline + Math.Max(Bytes, baseline * Percent / 100);

    public override string ToString() => $"max({Bytes} B, {Percent} %)";
}
