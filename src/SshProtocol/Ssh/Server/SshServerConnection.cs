using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.SshProtocol.Ssh.Connection;
using Hpc.SshProtocol.Ssh.KeyExchange;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Microsoft.Extensions.Logging;

namespace Hpc.SshProtocol.Ssh.Server;

/// <summary>The server role: proves who it is, asks who the client is, and runs programs on session channels.</summary>
internal sealed partial class SshServerConnection : SshConnection
{
    private readonly SshServerServices _services;
    private readonly HostKeySet _hostKeys;
    private readonly UserAuthentication _authentication;
    private SessionGrant? _grant;
    private string _userName = "";
    private CancellationTokenRegistration _grantEnded;

    public SshServerConnection(IConnection connection, SshConnectionOptions options, HostKeySet hostKeys, SshServerServices services, BlockPool pool)
        : base(connection, options, pool, services.Logger)
    {
        _services = services;
        _hostKeys = hostKeys;
        _authentication = new UserAuthentication(services.Options.MaxAuthTries, options.Algorithms.PublicKey);
    }

    protected override SshRole Role => SshRole.Server;

    protected override void OnFirstKeysSent()
    {
        if (PeerKnowsExtInfo)
        {
            SendExtInfo();
        }
    }

    protected override void OnKeysUp()
    {
    }

    protected override void OnMessage(MessageNumber number, ReadOnlySpan<byte> payload)
    {
        switch (number)
        {
            case MessageNumber.ServiceRequest:
                OnServiceRequest(payload);
                break;
            case MessageNumber.ExtInfo:
                // What clients announce does not change what we send.
                CountNoise();
                break;
            case MessageNumber.UserauthRequest:
                OnUserauthRequest(payload);
                break;
            case MessageNumber.UserauthInfoResponse:
                OnInfoResponse(payload);
                break;
            case MessageNumber.GlobalRequest:
                OnGlobalRequest(payload);
                break;
            case MessageNumber.RequestSuccess or MessageNumber.RequestFailure:
                OnGlobalReply();
                break;
            default:
                OnChannelMessage(number, payload);
                break;
        }
    }

    protected override void OnClosed(ConnectionEndReason reason)
    {
        _authentication.End();
        _grantEnded.Unregister();
        _grant?.Close(ToSessionEnd(reason));
        _grant = null;
    }

    private static SessionEndReason ToSessionEnd(ConnectionEndReason reason) => reason switch
    {
        ConnectionEndReason.ClosedByPeer => SessionEndReason.ClosedByPeer,
        ConnectionEndReason.ConnectionLost => SessionEndReason.ConnectionLost,
        ConnectionEndReason.Kicked or ConnectionEndReason.Banned => SessionEndReason.Kicked,
        ConnectionEndReason.IdleTimeout => SessionEndReason.IdleTimeout,
        ConnectionEndReason.MaxDuration => SessionEndReason.MaxDuration,
        ConnectionEndReason.ServerShutdown => SessionEndReason.Drained,
        ConnectionEndReason.ServerFault => SessionEndReason.ServerFault,
        _ => SessionEndReason.ProtocolError,
    };

    private static ConnectionEndReason ToConnectionEnd(SessionEndReason reason) => reason switch
    {
        SessionEndReason.Kicked or SessionEndReason.AccountChanged => ConnectionEndReason.Kicked,
        SessionEndReason.IdleTimeout => ConnectionEndReason.IdleTimeout,
        SessionEndReason.MaxDuration => ConnectionEndReason.MaxDuration,
        SessionEndReason.Drained => ConnectionEndReason.ServerShutdown,
        _ => ConnectionEndReason.ServerFault,
    };

    /// <summary>SSH_MSG_EXT_INFO with server-sig-algs (RFC 8308 §3.1) and ping (OpenSSH PROTOCOL §1.8).</summary>
    private void SendExtInfo()
    {
        string algorithms = string.Join(',', Options.Algorithms.PublicKey);
        var payload = new byte[1 + 4 + 64 + algorithms.Length + 64];
        var writer = new WireWriter(payload);
        writer.WriteByte((byte)MessageNumber.ExtInfo);
        writer.WriteUInt32(2);
        writer.WriteString("server-sig-algs"u8);
        writer.WriteString(algorithms);
        writer.WriteString("ping@openssh.com"u8);
        writer.WriteString("0"u8);
        Writer.WritePacket(writer.Written);
    }

    private void OnServiceRequest(ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload[1..]);
        if (!reader.TryReadName(64, out string service) || !reader.IsAtEnd)
        {
            throw SshProtocolException.Malformed(MessageNumber.ServiceRequest);
        }

        if (service != "ssh-userauth")
        {
            throw SshProtocolException.Ended(DisconnectReason.ServiceNotAvailable, ConnectionEndReason.ProtocolError, "only ssh-userauth can be asked for");
        }

        bool isFirst = Phase == SshPhase.Service;
        if (!isFirst && !_authentication.TryCountRequest())
        {
            throw TooManyFailures();
        }

        Phase = SshPhase.Authentication;
        Span<byte> reply = stackalloc byte[32];
        var writer = new WireWriter(reply);
        writer.WriteByte((byte)MessageNumber.ServiceAccept);
        writer.WriteString("ssh-userauth"u8);
        Send(writer.Written);
        if (isFirst)
        {
            SendBanner();
        }
    }

    private void SendBanner()
    {
        if (_services.Banner is not { } banner)
        {
            return;
        }

        var payload = new byte[1 + 4 + banner.Length + 4];
        var writer = new WireWriter(payload);
        writer.WriteByte((byte)MessageNumber.UserauthBanner);
        writer.WriteString(banner);
        writer.WriteString(""u8);
        Send(writer.Written);
    }
}
