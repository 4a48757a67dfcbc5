namespace Hpc.Actors.Cluster;

/// <summary>A host that may not connect.</summary>
/// <param name="Host">The address, or the network of an IPv6 host, as text.</param>
/// <param name="Left">How long it lasts from now on.</param>
/// <param name="Until">Its end by the engine's clock.</param>
public sealed record ClusterBan(string Host, TimeSpan Left, DateTimeOffset Until);
