using System.Net;

namespace Hpc.Transport.Listening;

/// <summary>A connection as it stood when somebody asked.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Protocol">Name of its protocol.</param>
/// <param name="RemoteEndPoint">The peer.</param>
/// <param name="LocalEndPoint">Where the peer connected to.</param>
/// <param name="IsLoggedIn">Whether it has logged in.</param>
/// <param name="Since">When it was accepted.</param>
/// <param name="BytesIn">Bytes received.</param>
/// <param name="BytesOut">Bytes sent.</param>
public sealed record ConnectionSnapshot(
    string Id,
    string Protocol,
    IPEndPoint RemoteEndPoint,
    IPEndPoint LocalEndPoint,
    bool IsLoggedIn,
    DateTimeOffset Since,
    long BytesIn,
    long BytesOut)
{
    /// <summary>The proxy that named the peer; null if it connected itself.</summary>
    public IPEndPoint? Proxy { get; init; }
}
