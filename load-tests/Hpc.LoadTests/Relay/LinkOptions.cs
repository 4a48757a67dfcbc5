namespace Hpc.LoadTests.Relay;

/// <summary>What a <see cref="LinkRelay"/> does to the bytes that pass.</summary>
internal sealed record LinkOptions
{
    /// <summary>From one end to the other; a round trip takes twice as long.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Bytes per second of all connections together towards the server; 0 for no limit.</summary>
    public double UploadBytesPerSecond { get; init; }

    /// <summary>Bytes per second of all connections together towards the clients; 0 for no limit.</summary>
    public double DownloadBytesPerSecond { get; init; }

    /// <summary>Further connections are closed at once and counted as refused.</summary>
    public int MaxConnections { get; init; } = 20_000;

    /// <summary>
    /// Bytes that one direction holds for all connections together. When it is full, a connection is read again only when all of its own bytes have left, and
    /// then for one piece at a time.
    /// </summary>
    public long MaxHeldBytes { get; init; } = 256L << 20;
}
