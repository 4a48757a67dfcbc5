namespace Hpc.HttpApi;

/// <summary>How long and for whom tokens hold.</summary>
public sealed record TokenOptions
{
    /// <summary>Longest <see cref="Lifetime"/> (R11.2).</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromMinutes(720);

    /// <summary>How long a token holds.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>A token holds for the address that it was given to alone (R11.3).</summary>
    public bool IsBoundToAddress { get; init; } = true;

    /// <summary>Tokens of one account; one more and the oldest is forgotten.</summary>
    public int PerAccount { get; init; } = 100;
}
