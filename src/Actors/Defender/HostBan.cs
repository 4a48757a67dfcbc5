namespace Hpc.Actors.Defender;

/// <summary>One ban. Changed under the board's lock; whoever only looks takes none.</summary>
/// <param name="source">Where it comes from.</param>
internal sealed class HostBan(BanSource source)
{
    private long _end;
    private long _grownAt = long.MinValue;

    public BanSource Source => source;

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
