namespace Hpc.Accounts.Usage;

/// <summary>What a node tells of one scope, and what it asks for.</summary>
public sealed record UsageRequest
{
    /// <summary>The scope.</summary>
    public required string Scope { get; init; }

    /// <summary>What was consumed since the last statement; below 0 where more was given back.</summary>
    public UsageAmount Consumed { get; init; }

    /// <summary>How much the node wants to hold reserved in all after this statement. Less than it holds gives the rest back.</summary>
    public UsageAmount Wanted { get; init; }

    /// <summary>Up to where used and reserved may go for a reservation to grow.</summary>
    public UsageLimits Limits { get; init; }

    /// <summary>What the node does with the scope from now on.</summary>
    public UsageUse Use { get; init; }
}
