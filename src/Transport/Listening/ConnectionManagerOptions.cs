namespace Hpc.Transport.Listening;

/// <summary>Times and sizes of a <see cref="ConnectionManager"/>.</summary>
public sealed record ConnectionManagerOptions
{
    /// <summary>Connections that the kernel keeps for us to accept.</summary>
    public int Backlog { get; init; } = 1024;

    /// <summary>How long a connection may take to end after it was asked to stop; then it is cut.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a peer may take to close after our good-bye; then it is cut.</summary>
    public TimeSpan LingerTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long accepting pauses when no descriptor or memory is left for a socket.</summary>
    public TimeSpan ExhaustedPause { get; init; } = TimeSpan.FromMilliseconds(250);
}
