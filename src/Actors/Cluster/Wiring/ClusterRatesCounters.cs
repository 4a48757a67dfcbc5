namespace Hpc.Actors.Cluster.Wiring;

/// <summary>What limits of speed over all nodes do on this node.</summary>
/// <param name="Shared">Scopes that are shared with other nodes.</param>
/// <param name="Ungranted">Those of them that wait for their first grant.</param>
/// <param name="Unplaced">Scopes that found no place among the shared ones: nothing passes until there is one.</param>
/// <param name="FirstGrants">First grants so far.</param>
/// <param name="FirstGrantTime">How long scopes have waited for their first grant, all together.</param>
/// <param name="Hurries">Times that somebody who began to wait asked for a tick before its time.</param>
public readonly record struct ClusterRatesCounters(int Shared, int Ungranted, int Unplaced, long FirstGrants, TimeSpan FirstGrantTime, long Hurries);
