namespace Hpc.Actors.Defender;

/// <summary>One ban. Changed under the board's lock; whoever only looks takes none.</summary>
/// <param name="isByHand">An operator made it: it is never forgotten before its end.</param>
internal sealed class HostBan(bool isByHand)
{
    private long _end;
    private long _grownAt = long.MinValue;

    public bool IsByHand => isByHand;

    public long End
    {
        get => Volatile.Read(ref _end);
        set => Volatile.Write(ref _end, value);
    }

    /// <summary>When it grew last.</summary>
    public long GrownAt
    {
        get => Volatile.Read(ref _grownAt);
        set => Volatile.Write(ref _grownAt, value);
    }
}
