namespace Hpc.Accounts.Data.Memory;

/// <summary>Bounds of a data provider that keeps everything in memory. Beyond them it refuses, and forgets nothing.</summary>
public sealed record MemoryDataProviderOptions
{
    /// <summary>Most objects.</summary>
    public int MaxObjects { get; init; } = 1_000_000;

    /// <summary>Most bytes of their documents together.</summary>
    public long MaxObjectBytes { get; init; } = 2L << 30;

    /// <summary>Most values with an end.</summary>
    public int MaxEphemeral { get; init; } = 100_000;

    /// <summary>Most bytes of these together.</summary>
    public long MaxEphemeralBytes { get; init; } = 256L << 20;
}
