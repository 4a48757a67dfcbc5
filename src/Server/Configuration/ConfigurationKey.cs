namespace Hpc.Server.Configuration;

/// <summary>One configuration key: where it stands, what it may be, and how it enters and leaves <see cref="HpcOptions"/>.</summary>
internal sealed class ConfigurationKey
{
    /// <summary>Path; <c>[]</c> stands for any list position.</summary>
    public required string Path { get; init; }

    /// <summary>What is allowed, as a message completes "allowed: …".</summary>
    public required string Allowed { get; init; }

    public required string Description { get; init; }

    /// <summary>True if neither its value nor what was found in its place is shown.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Takes a value over; false if it is not allowed. The number is the list position.</summary>
    public required Func<HpcOptions, int, ConfigurationEntry, bool> TryApply { get; init; }

    /// <summary>The value as JSON shows it: a string, a number or a bool.</summary>
    public required Func<HpcOptions, int, object> Read { get; init; }

    public bool IsInList => Path.Contains("[]", StringComparison.Ordinal);
}
