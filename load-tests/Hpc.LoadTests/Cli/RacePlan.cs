namespace Hpc.LoadTests.Cli;

/// <summary>What <c>hpc-load race</c> is to do.</summary>
internal sealed record RacePlan
{
    public required int Users { get; init; }

    /// <summary>Sessions that a user may have.</summary>
    public required int Limit { get; init; }

    public required int Count { get; init; }

    public required int Parallel { get; init; }

    /// <summary>The longest that a session lasts.</summary>
    public required TimeSpan Hold { get; init; }

    public required int Seed { get; init; }
}
