namespace Hpc.Accounts.Usage;

/// <summary>What earlier runs of a node left of a scope, because they did not end in order.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Use">What they did with it.</param>
/// <param name="Reserved">What they held reserved.</param>
public sealed record UnfinishedUsage(string Scope, UsageUse Use, UsageAmount Reserved);
