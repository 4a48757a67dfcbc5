namespace Hpc.Accounts.Dumps;

/// <summary>How much is taken at once: all of it is held in memory and becomes one transaction.</summary>
public sealed record DumpLimits
{
    /// <summary>Most bytes of JSON.</summary>
    public int MaxBytes { get; init; } = 64 << 20;

    /// <summary>Most objects of all kinds.</summary>
    public int MaxObjects { get; init; } = 250_000;
}
