namespace Hpc.Allocations.Tests;

/// <summary>Something whose allocations are kept in the baselines.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Tolerance">How much more than its baseline it may allocate.</param>
/// <param name="MeasureAsync">Bytes per operation; null where this machine cannot run it.</param>
internal sealed record Operation(string Name, Tolerance Tolerance, Func<Task<long?>> MeasureAsync)
{
    /// <summary>An operation that runs on the calling thread from its start to its end.</summary>
    public static Operation OnThread(string name, Func<long?> measure) => new(name, Tolerance.OneThread, () => Task.FromResult(measure()));
}
