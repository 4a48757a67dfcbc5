namespace Hpc.Storage.Local;

/// <summary>What is known of one device: how quick it is at names and attributes, and at writes to files.</summary>
internal sealed class MountMeters(TimeProvider time)
{
    public BlockingMeter Metadata { get; } = new(time, Waits(time));

    /// <summary>Writes, and reads where the file system cannot say whether they would wait.</summary>
    public BlockingMeter Writes { get; } = new(time, Waits(time));

    // A clock that is not the machine's says nothing of its threads.
    private static Func<long>? Waits(TimeProvider time) => ReferenceEquals(time, TimeProvider.System) ? ThreadWaits.Count : null;
}
