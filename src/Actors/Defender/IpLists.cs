namespace Hpc.Actors.Defender;

/// <summary>The three lists of networks as they are in force on this node: tables that never change, and are swapped.</summary>
public sealed class IpLists
{
    private readonly NetworkTable[] _tables = [NetworkTable.Empty, NetworkTable.Empty, NetworkTable.Empty];

    /// <summary>Who may connect at all (type 1).</summary>
    public NetworkTable Allowed => Volatile.Read(ref _tables[0]);

    /// <summary>Who is never banned, and who always is (type 2).</summary>
    public NetworkTable Defender => Volatile.Read(ref _tables[1]);

    /// <summary>Whom no rate limits (type 3).</summary>
    public NetworkTable RateSafe => Volatile.Read(ref _tables[2]);

    /// <summary>Puts a list in force.</summary>
    /// <param name="type">1 to 3.</param>
    /// <param name="table">The list.</param>
    public void Set(int type, NetworkTable table)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(type, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(type, 3);
        ArgumentNullException.ThrowIfNull(table);
        Volatile.Write(ref _tables[type - 1], table);
    }
}
