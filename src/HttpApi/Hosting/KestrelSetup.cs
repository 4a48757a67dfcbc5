using System.Net;
using Hpc.HttpApi.Parts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hpc.HttpApi.Hosting;

/// <summary>Sets Kestrel up: listeners, TLS and what bounds peers before a request is understood.</summary>
internal sealed class KestrelSetup
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    private readonly HttpApiOptions _options;
    private readonly IRequestScreen? _screen;
    private readonly BarredLog _barred;
    private readonly ConnectionCounts _counts;
    private readonly List<(HttpApiListener Listener, TlsMaterial? Tls)> _listeners;

    public KestrelSetup(HttpApiOptions options, IRequestScreen? screen, BarredLog barred, ILogger logger)
    {
        _screen = screen;
        _barred = barred;
        _options = options;
        _counts = new ConnectionCounts(options.Limits);
        _listeners = [.. options.Listeners.Select(listener => (listener, listener.Tls is null ? null : new TlsMaterial(listener.Tls, logger)))];
    }

    public void Configure(ConfigureWebHostBuilder host)
    {
        host.UseKestrelCore().UseKestrelHttpsConfiguration();
        host.ConfigureKestrel(Configure);
    }

    /// <summary>Where it is to listen, for people.</summary>
    public string Addresses => string.Join(", ", _listeners.Select(static listener => listener.Listener.EndPoint));

    public bool ReloadCertificates()
    {
        bool isDone = true;
        foreach ((_, TlsMaterial? tls) in _listeners)
        {
            isDone &= tls?.TryReload() ?? true;
        }

        return isDone;
    }

    public IReadOnlyList<IPEndPoint> EndPointsOf(WebApplication application)
    {
        ICollection<string> addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        return [.. addresses.Zip(_listeners, static (address, listener) => new IPEndPoint(listener.Listener.EndPoint.Address, new Uri(address).Port))];
    }

    private void Configure(KestrelServerOptions kestrel)
    {
        HttpApiLimits limits = _options.Limits;
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        kestrel.Limits.MaxConcurrentConnections = limits.Connections;
        kestrel.Limits.MaxRequestBodySize = limits.JsonBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.HeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = limits.Headers;
        kestrel.Limits.RequestHeadersTimeout = limits.HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = limits.KeepAlive;
        kestrel.Limits.Http2.MaxStreamsPerConnection = limits.StreamsPerConnection;
        foreach ((HttpApiListener listener, TlsMaterial? tls) in _listeners)
        {
            kestrel.Listen(listener.EndPoint, listen => Configure(listen, listener, tls));
        }
    }

    private void Configure(ListenOptions listen, HttpApiListener listener, TlsMaterial? tls)
    {
        // Before TLS: a handshake is what costs most.
        listen.Use(next => connection => CountAsync(connection, listener, next));
        listen.Protocols = tls is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2;
        if (tls is not null)
        {
            listen.UseHttps(new TlsHandshakeCallbackOptions { HandshakeTimeout = HandshakeTimeout, OnConnection = _ => new(tls.Current) });
        }

        // Requests find the listener that they came by among their features.
        listen.Use(next => async connection =>
        {
            connection.Features.Set(listener);
            using var first = new FirstRequest(connection, _options.Limits.HeadersTimeout, TimeProvider.System);
            connection.Features.Set(first);
            await next(connection).ConfigureAwait(false);
        });
    }

    private async Task CountAsync(ConnectionContext connection, HttpApiListener listener, ConnectionDelegate next)
    {
        // Behind a proxy are many clients.
        if (connection.RemoteEndPoint is not IPEndPoint { Address: var address } || ClientAddress.IsTrusted(listener, ClientAddress.Plain(address)))
        {
            await next(connection).ConfigureAwait(false);
            return;
        }

        IPAddress remote = ClientAddress.Plain(address);
        if (_screen?.IsBarred(remote) == true)
        {
            // Counted, and a ban grows, as for a request.
            _screen.Judge(remote);
            _barred.Add(remote);
            connection.Abort();
            return;
        }

        if (!_counts.TryAdd(address))
        {
            HttpApiMetrics.RequestLimited();
            _screen?.OnHostLimit(remote);
            connection.Abort();
            return;
        }

        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            _counts.Remove(address);
        }
    }
}
