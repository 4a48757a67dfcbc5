using System.Net;
using System.Net.Sockets;
using Hpc.Server.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hpc.Server.Admin;

/// <summary>The HTTP port on loopback: Kestrel without a host around it, HTTP/1.1 only.</summary>
internal sealed class AdminServer : IAsyncDisposable
{
    private const int MaxConnections = 64;

    private readonly KestrelServer _server;

    private AdminServer(KestrelServer server, IPEndPoint endPoint)
    {
        _server = server;
        EndPoint = endPoint;
    }

    /// <summary>Where it listens, with the port that was found where 0 was asked.</summary>
    public IPEndPoint EndPoint { get; }

    public static async Task<AdminServer> StartAsync(IPEndPoint endPoint, AdminApplication application, ILoggerFactory loggers, CancellationToken ct)
    {
        if (!IPAddress.IsLoopback(endPoint.Address))
        {
            throw new ArgumentException($"{endPoint.Address} is not a loopback address.", nameof(endPoint));
        }

        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxConcurrentConnections = MaxConnections;
        options.Limits.MaxRequestBodySize = application.MaxRequestBytes;
        options.Listen(endPoint, listen => listen.Protocols = HttpProtocols.Http1);
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), loggers);
        var server = new KestrelServer(Options.Create(options), transport, loggers);
        try
        {
            await server.StartAsync(application, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or AddressInUseException or SocketException)
        {
            server.Dispose();
            throw new ConfigurationException($"admin.address: {endPoint} cannot be listened on ({e.Message}); choose another with --admin-listen, or \"\" for none.", e);
        }

        string bound = server.Features.Get<IServerAddressesFeature>()?.Addresses.First() ?? throw new InvalidOperationException("The admin port has no address.");
        return new AdminServer(server, new IPEndPoint(endPoint.Address, new Uri(bound).Port));
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _server.StopAsync(atOnce.Token).ConfigureAwait(false);
        _server.Dispose();
    }
}
