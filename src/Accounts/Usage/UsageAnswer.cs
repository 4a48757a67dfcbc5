namespace Hpc.Accounts.Usage;

/// <summary>The answer to a <see cref="UsageRequest"/>.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Used">What all nodes have used, what this statement told included.</param>
/// <param name="Reserved">What all nodes hold reserved, this one and crashed ones included.</param>
/// <param name="Granted">What this node holds reserved: what it wanted, or what is left of the limit; never less than it held, unless it wanted less.</param>
public sealed record UsageAnswer(string Scope, UsageAmount Used, UsageAmount Reserved, UsageAmount Granted)
{
    /// <summary>When the files of the scope were counted last; null if never.</summary>
    public DateTimeOffset? ScannedAt { get; init; }

    /// <summary>True if the files of the scope were counted at least once.</summary>
    public bool WasScanned => ScannedAt is not null;
}
