using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Hpc.Transport.Tls;

namespace Hpc.Transport.Tests.Tls;

/// <summary>A channel of ours, and another implementation's client at its other end.</summary>
internal sealed class TlsPair : IAsyncDisposable
{
    private TlsPair(TlsChannel server, SslStream client) => (Server, Client) = (server, client);

    public TlsChannel Server { get; }

    public SslStream Client { get; }

    /// <summary>Fails as the server fails.</summary>
    public static async Task<TlsPair> CreateAsync(TlsSession session, Action<SslClientAuthenticationOptions>? change = null, bool isData = false, int receiveAtMost = int.MaxValue)
    {
        (Socket ours, Socket theirs) = await SocketsAsync();
        var client = new SslStream(new NetworkStream(theirs, ownsSocket: true));
#pragma warning disable CA5359 // What the server shows is what the tests look at.
        var options = new SslClientAuthenticationOptions { TargetHost = "files.example.com", RemoteCertificateValidationCallback = static (_, _, _, _) => true };
#pragma warning restore CA5359
        change?.Invoke(options);
        CancellationToken ct = TestContext.Current.CancellationToken;
        Task connecting = ConnectAsync(client, options, ct);
        Stream lower = new NetworkStream(ours, ownsSocket: true);
        try
        {
            TlsChannel server = await session.HandshakeAsync(receiveAtMost == int.MaxValue ? lower : new NarrowStream(lower, receiveAtMost), isData, ct);
            await connecting;
            return new TlsPair(server, client);
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    public static async Task<(Socket Ours, Socket Theirs)> SocketsAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<Socket> accepting = listener.AcceptSocketAsync();
        var theirs = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await theirs.ConnectAsync(listener.LocalEndpoint);
        Socket ours = await accepting;
        ours.NoDelay = true;
        return (ours, theirs);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Client.DisposeAsync();
    }

    private static async Task ConnectAsync(SslStream client, SslClientAuthenticationOptions options, CancellationToken ct)
    {
        try
        {
            await client.AuthenticateAsClientAsync(options, ct);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or ObjectDisposedException)
        {
            // The server says why.
            await client.DisposeAsync();
        }
    }
}
