using System.Net;

namespace Hpc.Transport.Connections;

/// <summary>Whose a connection is.</summary>
/// <param name="Client">The client: the peer of the socket, or whom its proxy names. IPv4 is never in IPv6's form.</param>
internal readonly record struct ConnectionOrigin(IPEndPoint Client)
{
    /// <summary>The proxy that named the client; null if the client is the peer of the socket.</summary>
    public IPEndPoint? Proxy { get; init; }

    /// <summary>Where the client connected to, as its proxy says; null if it did not.</summary>
    public IPEndPoint? Destination { get; init; }

    /// <summary>True if a proxy opened it for itself, to see whether the server lives.</summary>
    public bool IsProbe { get; init; }

    /// <summary>What was received before anybody knew whose it is, and belongs to the protocol.</summary>
    public ReadOnlyMemory<byte> FirstBytes { get; init; }
}
