using Hpc.Crypto.Passwords;

namespace Hpc.Accounts.Authentication;

/// <summary>Bounds of <see cref="PasswordWorkers"/>.</summary>
public sealed record PasswordWorkersOptions
{
    /// <summary>Threads, and so hashes at a time; each may take the memory that its hash names.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Passwords that may wait for a thread; half of them from one address.</summary>
    public int QueueLength { get; init; } = 256;

    /// <summary>Longest time from the question to the answer; then the login is refused.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What new hashes are made with.</summary>
    public PasswordHashOptions Hashing { get; init; } = PasswordHashOptions.Default;
}
