namespace Hpc.Actors.Defender;

/// <summary>One rate limiter (R6.1).</summary>
public sealed record RateLimiterOptions
{
    /// <summary>So many per <see cref="Period"/>; 0 switches it off.</summary>
    public int Average { get; init; }

    /// <summary>At least 100 ms.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>So many at once after a pause.</summary>
    public int Burst { get; init; } = 1;

    /// <summary>True counts each host by itself (type 2), false all together (type 1).</summary>
    public bool IsPerHost { get; init; } = true;

    /// <summary>What is counted: SSH and FTP by connection, WebDAV and HTTP by request.</summary>
    public ListProtocols Protocols { get; init; } = ListProtocols.All;

    /// <summary>A host that is refused gets points of the defender; by host alone.</summary>
    public bool GeneratesDefenderEvents { get; init; }

    /// <summary>Hosts that are left, of those whose bucket is full, when there are too many.</summary>
    public int EntriesSoftLimit { get; init; } = 100;

    /// <summary>Most hosts.</summary>
    public int EntriesHardLimit { get; init; } = 150;
}
