namespace Hpc.Accounts.Dumps;

/// <summary>How a dump is loaded.</summary>
public sealed record DumpLoadOptions
{
    /// <summary>What happens to what is there.</summary>
    public DumpMode Mode { get; init; }

    /// <summary>What is counted afterwards.</summary>
    public DumpQuotaScan QuotaScan { get; init; }

    /// <summary>Ends the sessions of a user; with <see cref="DumpMode.AddUpdateAndDisconnect"/>.</summary>
    public Func<string, CancellationToken, ValueTask>? Disconnect { get; init; }

    /// <summary>Begins to count what a scope (<see cref="Usage.UsageScope"/>) has in use; with <see cref="QuotaScan"/>.</summary>
    public Func<string, CancellationToken, ValueTask>? Scan { get; init; }
}
