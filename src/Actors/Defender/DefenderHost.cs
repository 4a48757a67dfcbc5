namespace Hpc.Actors.Defender;

/// <summary>A host that has points, or is banned.</summary>
/// <param name="Host">Which.</param>
/// <param name="Score">Its points; 0 while it is banned (R6.6).</param>
/// <param name="BannedUntil">End of its ban; null if it is not banned.</param>
public sealed record DefenderHost(HostKey Host, int Score, DateTimeOffset? BannedUntil);
