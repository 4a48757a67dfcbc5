namespace Hpc.HttpApi;

/// <summary>Bounds of what a peer may make the REST API do. Whoever passes one gets 413, 429, 431 or 503, or the end of the connection.</summary>
public sealed record HttpApiLimits
{
    /// <summary>Open connections over all listeners; further ones are closed.</summary>
    public int Connections { get; init; } = 1_000;

    /// <summary>Open connections of one address (IPv6: /64) that is no trusted proxy; further ones are closed. 0 is a tenth of <see cref="Connections"/>, and at least 32.</summary>
    public int ConnectionsPerAddress { get; init; }

    /// <summary>Bytes of a JSON body.</summary>
    public int JsonBytes { get; init; } = 1 << 20;

    /// <summary>Bytes of a dump that is loaded.</summary>
    public int DumpBytes { get; init; } = 64 << 20;

    /// <summary>Bytes of all headers of a request.</summary>
    public int HeaderBytes { get; init; } = 32 << 10;

    /// <summary>Headers of a request.</summary>
    public int Headers { get; init; } = 100;

    /// <summary>Streams of one HTTP/2 connection.</summary>
    public int StreamsPerConnection { get; init; } = 64;

    /// <summary>How long the headers of a request may take, and a new connection with its first request.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may wait between requests.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a request that moves no file may take.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Requests of one address (IPv6: /64) at once and per <see cref="Period"/>; 0 is no limit.</summary>
    public int RequestsPerPeriod { get; init; } = 6_000;

    /// <summary>Requests of one address for tokens, password resets, setup and shares with a password, at once and per <see cref="Period"/>; 0 is no limit.</summary>
    public int LoginsPerPeriod { get; init; } = 60;

    /// <summary>The time that the numbers above come back in.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromMinutes(1);
}
