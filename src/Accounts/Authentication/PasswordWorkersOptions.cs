namespace Hpc.Accounts.Authentication;

/// <summary>Bounds of <see cref="PasswordWorkers"/>.</summary>
public sealed record PasswordWorkersOptions
{
    /// <summary>Threads, and so hashes at a time; each may take the memory that its hash names (19 MiB for new ones).</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Passwords that may wait for a thread.</summary>
    public int QueueLength { get; init; } = 256;

    /// <summary>Longest time from the question to the answer; then the login is refused.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}
