namespace Hpc.Actors.Cluster;

/// <summary>How the points of a host become a ban.</summary>
/// <param name="Threshold">A host is banned when its points within <paramref name="Window"/> reach this; above 0.</param>
/// <param name="Window">How long points count.</param>
/// <param name="BanTime">How long a ban lasts.</param>
/// <param name="Increment">What a ban grows by when the host comes back while it lasts; 0 is nothing.</param>
/// <param name="MaxHosts">Most hosts with points; beyond it, the one that was seen longest ago is forgotten.</param>
public sealed record DefenderParameters(int Threshold, TimeSpan Window, TimeSpan BanTime, TimeSpan Increment, int MaxHosts);
