namespace Hpc.Actors.Defender;

/// <summary>A board whose bans are known to other nodes too, and are told to them.</summary>
public interface IBanHerald
{
    /// <summary>Tells all nodes of a ban that is in force here. False if it is not certain that they hear of it now; they are told again later.</summary>
    ValueTask<bool> TellBanAsync(HostKey host, CancellationToken ct);

    /// <summary>Tells all nodes that a ban is over and points are forgotten. False if it is not certain that they hear of it now; they are told again later.</summary>
    ValueTask<bool> TellUnbanAsync(HostKey host, CancellationToken ct);
}
