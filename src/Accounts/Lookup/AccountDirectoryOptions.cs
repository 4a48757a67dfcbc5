namespace Hpc.Accounts.Lookup;

/// <summary>How much of what was read is kept, and for how long it is believed.</summary>
public sealed record AccountDirectoryOptions
{
    /// <summary>Most accounts that are kept; the one that was used longest ago goes first.</summary>
    public int Capacity { get; init; } = 4096;

    /// <summary>Most bytes of documents that the kept ones of a kind were made of.</summary>
    public long MaxBytes { get; init; } = 64 << 20;

    /// <summary>What was read is believed for so long without the store's word, where the store cannot tell its stamp at once.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often such a store is asked for changes; less than <see cref="MaxAge"/>, so that nobody waits for it.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(500);
}
