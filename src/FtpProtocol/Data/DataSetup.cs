using System.Net;
using System.Net.Sockets;
using Hpc.FtpProtocol.Control;
using Hpc.Transport.Data;
using Hpc.Transport.Tls;

namespace Hpc.FtpProtocol.Data;

/// <summary>What a session has prepared for its next data connection.</summary>
internal sealed class DataSetup(FtpSession session) : IDisposable
{
    // Well-known services are no client's data ports (RFC 2577 §3).
    private const int FirstCallablePort = 1024;

    private DataRoute? _route;
    private PassivePort? _passive;
    private IPEndPoint? _target;

    /// <summary>True after PROT P.</summary>
    public bool IsProtected { get; set; }

    /// <summary>True after EPSV ALL: nothing else prepares a data connection any more (RFC 2428 §4).</summary>
    public bool IsExtendedOnly { get; set; }

    /// <summary>True if a transfer could have a data connection: PASV, EPSV, PORT or EPRT came since the last one.</summary>
    public bool IsPrepared => _passive is not null || _target is not null;

    /// <summary>Where data connections come from and go to.</summary>
    public DataRoute Route => _route ??= DataRoute.Of(session.Connection);

    private FtpDataOptions Options => session.Options.Data;

    /// <summary>Listens for one data connection, instead of what was prepared before. False if no port is free.</summary>
    public bool TryListen(out int port)
    {
        Forget();
        _passive = session.Services.Ports.TryListen(Route);
        port = _passive?.Port ?? 0;
        if (_passive is null)
        {
            DataLog.NoPort(session.Services.Logger, session.Connection.Id);
        }

        return _passive is not null;
    }

    /// <summary>Calls the client there for the next transfer, instead of what was prepared before. False if it is a third party's address, another family's, or no client's port.</summary>
    public bool TryCall(IPEndPoint target)
    {
        Forget();
        bool isOwn = IsSame(target.Address, Route.Client);
        if (target.Port < FirstCallablePort || target.AddressFamily != Route.Client.AddressFamily || (!isOwn && !MayCall(target.Address)))
        {
            DataLog.TargetRefused(session.Services.Logger, session.Connection.Id, target);
            return false;
        }

        // Of a link-local address only the control connection knows the zone.
        _target = isOwn ? new IPEndPoint(Route.Client, target.Port) : target;
        return true;
    }

    /// <summary>
    /// Accepts or calls, checks the peer, shakes hands where PROT P asks for it. What is prepared is used up by it, whatever comes out.
    /// The reply says why not (425, 426 if cancelled, 522).
    /// </summary>
    public async ValueTask<(DataConnection? Data, FtpReply Refusal)> OpenAsync(CancellationToken ct)
    {
        using PassivePort? passive = _passive;
        IPEndPoint? target = _target;
        (_passive, _target) = (null, null);
        PlainDataConnection? plain = null;
        try
        {
            using var over = new CancellationTokenSource(Options.ConnectTimeout, session.Services.Time);
            using CancellationTokenRegistration aborted = ct.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), over);
            plain = passive is not null ? await AcceptAsync(passive, over.Token).ConfigureAwait(false)
                : target is not null ? await DataCaller.CallAsync(Route, target, Options.ActiveFromPort20 ? DataCaller.ServerDataPort : 0, over.Token).ConfigureAwait(false)
                : null;
            if (plain is null)
            {
                return (null, new FtpReply(425, "No data connection."));
            }

            if (!IsProtected)
            {
                return (Release(ref plain), default);
            }

            TlsDataConnection? data = await ProtectAsync(plain, over.Token).ConfigureAwait(false);
            if (data is null)
            {
                return (null, new FtpReply(522, "The data connection must resume the TLS session of the control connection."));
            }

            plain = null;
            return (data, default);
        }
        catch (OperationCanceledException)
        {
            return (null, ct.IsCancellationRequested ? new FtpReply(426, "Transfer aborted.") : new FtpReply(425, "The data connection took too long."));
        }
        catch (IOException e)
        {
            DataLog.NotOpened(session.Services.Logger, session.Connection.Id, e.Message);
            return (null, new FtpReply(425, e is TlsHandshakeException ? "The TLS handshake of the data connection failed." : "The data connection cannot be opened."));
        }
        finally
        {
            plain?.Abort();
        }
    }

    /// <summary>Gives up what is prepared (ABOR, the end).</summary>
    public void Forget()
    {
        _passive?.Dispose();
        (_passive, _target) = (null, null);
    }

    /// <summary>As after the greeting (REIN, AUTH).</summary>
    public void Reset()
    {
        Forget();
        (IsProtected, IsExtendedOnly) = (false, false);
    }

    /// <inheritdoc/>
    public void Dispose() => Forget();

    private static PlainDataConnection Release(ref PlainDataConnection? connection)
    {
        PlainDataConnection released = connection!;
        connection = null;
        return released;
    }

    private static bool IsSame(IPAddress named, IPAddress client) =>
        named.Equals(client)
        || (client.IsIPv6LinkLocal && named.AddressFamily == AddressFamily.InterNetworkV6 && named.GetAddressBytes().AsSpan().SequenceEqual(client.GetAddressBytes()));

    // Third parties only where an operator allows them, and never the server itself or a group of hosts.
    private bool MayCall(IPAddress address) =>
        Options.AllowsForeignActivePeer
        && !IPAddress.IsLoopback(address)
        && !address.Equals(Route.Local) && !address.Equals(Route.Shown)
        && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && !address.Equals(IPAddress.Broadcast)
        && !address.IsIPv4MappedToIPv6 && !address.IsIPv6Multicast && !address.IsIPv6LinkLocal
        && !(address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] is 0 or >= 224)
        && !(address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..]);

    private async ValueTask<PlainDataConnection?> AcceptAsync(PassivePort passive, CancellationToken ct)
    {
        try
        {
            return await passive.AcceptAsync(Options.AllowsForeignPassivePeer, ct).ConfigureAwait(false);
        }
        finally
        {
            if (passive.Strangers > 0)
            {
                DataMetrics.Strangers.Add(passive.Strangers);
                DataLog.Strangers(session.Services.Logger, session.Connection.Id, passive.Strangers);
            }

            // One connection for one port: it is free for others before the first byte has moved.
            passive.Dispose();
        }
    }

    /// <summary>Shakes hands; null if the client resumed no session of this control connection, and has to.</summary>
    private async ValueTask<TlsDataConnection?> ProtectAsync(PlainDataConnection plain, CancellationToken ct)
    {
        TlsSession tls = session.Tls ?? throw new TlsHandshakeException("The control connection has no TLS.");
        plain.SendAtOnce();
        TlsDataConnection data = await TlsDataConnection.HandshakeAsync(plain, tls, session.Options.ToleratesMissingCloseNotify, ct).ConfigureAwait(false);
        if (session.Options.RequiresTlsReuse && !data.IsResumed)
        {
            DataLog.NotResumed(session.Services.Logger, session.Connection.Id);
            data.Abort();
            await data.DisposeAsync().ConfigureAwait(false);
            return null;
        }

        return data;
    }
}
