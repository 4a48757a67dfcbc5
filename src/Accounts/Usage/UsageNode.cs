namespace Hpc.Accounts.Usage;

/// <summary>Who reserves: one run of a server.</summary>
/// <param name="Id">The node, the same after a restart.</param>
/// <param name="Epoch">This run of it; no earlier run had the same.</param>
public sealed record UsageNode(string Id, string Epoch);
