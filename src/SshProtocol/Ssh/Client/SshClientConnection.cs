using Hpc.Crypto;
using Hpc.Crypto.KeyAgreement;
using Hpc.SshProtocol.Ssh.Channels;
using Hpc.SshProtocol.Ssh.Connection;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Microsoft.Extensions.Logging;

namespace Hpc.SshProtocol.Ssh.Client;

/// <summary>The client role: checks who the server is, logs in, and opens session channels.</summary>
internal sealed partial class SshClientConnection : SshConnection
{
    private readonly SshClientOptions _options;
    private readonly Dictionary<uint, (SshChannel Channel, TaskCompletionSource<ClientChannel> Opened)> _opening = [];
    private readonly Dictionary<uint, ClientChannel> _programs = [];
    private bool _isOver;

    public SshClientConnection(IConnection connection, SshClientOptions options, BlockPool pool, ILogger logger)
        : base(connection, options.Connection, pool, logger)
    {
        _options = options;
        _credentials = new Queue<ClientCredential>(ClientCredential.Of(options));
    }

    protected override SshRole Role => SshRole.Client;

    /// <summary>Opens a session channel; the caller then starts a subsystem or command on it.</summary>
    public async Task<ClientChannel> OpenSessionAsync()
    {
        Task<ClientChannel> opened;
        lock (Turn)
        {
            ThrowIfOver();
            SshChannel channel = AddChannel();
            var completion = new TaskCompletionSource<ClientChannel>(TaskCreationOptions.RunContinuationsAsynchronously);
            _opening[channel.LocalId] = (channel, completion);
            opened = completion.Task;

            Span<byte> payload = stackalloc byte[32];
            var writer = new WireWriter(payload);
            writer.WriteByte((byte)MessageNumber.ChannelOpen);
            writer.WriteString("session"u8);
            writer.WriteUInt32(channel.LocalId);
            writer.WriteUInt32((uint)Options.InitialWindow);
            writer.WriteUInt32((uint)Options.MaxPacket);
            Send(writer.Written);
        }

        PulseSend();
        return await opened.ConfigureAwait(false);
    }

    /// <summary>Sends a channel request that wants a reply; false if it is refused.</summary>
    public async Task<bool> RequestAsync(ClientChannel program, string type, string argument)
    {
        Task<bool> reply;
        lock (Turn)
        {
            ThrowIfOver();
            SshChannel channel = _channelOf[program];
            reply = program.ExpectReply();
            var payload = new byte[64 + (argument.Length * 4)];
            var writer = new WireWriter(payload);
            writer.WriteByte((byte)MessageNumber.ChannelRequest);
            writer.WriteUInt32(channel.RemoteId);
            writer.WriteString(type);
            writer.WriteBoolean(true);
            writer.WriteString(argument);
            Send(writer.Written);
        }

        PulseSend();
        return await reply.ConfigureAwait(false);
    }

    /// <summary>Changes keys now.</summary>
    public void Rekey()
    {
        lock (Turn)
        {
            ThrowIfOver();
            if (KeyExchangeState == KeyExchangeState.Done)
            {
                BeginKeyExchange();
            }
        }

        PulseSend();
    }

    /// <summary>Says good-bye and ends.</summary>
    public void Disconnect() => Fail(SshProtocolException.Ended(DisconnectReason.ByApplication, ConnectionEndReason.ClosedByPeer, "closed by the client"));

    protected override void OnMessage(MessageNumber number, ReadOnlySpan<byte> payload)
    {
        switch (number)
        {
            case MessageNumber.ServiceAccept:
                Phase = SshPhase.Authentication;
                TryNextCredential();
                break;
            case MessageNumber.ExtInfo:
                OnExtInfo(payload);
                break;
            case MessageNumber.UserauthBanner:
                break;
            case MessageNumber.UserauthSuccess:
                OnLoggedIn();
                break;
            case MessageNumber.UserauthFailure:
                TryNextCredential();
                break;
            case MessageNumber.UserauthMethod60:
                OnMethodMessage60(payload);
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
        _isOver = true;
        var gone = new IOException($"The connection ended: {reason}.");
        _loggedIn.TrySetException(new SshLoginException($"The connection ended before login: {reason}."));
        foreach ((_, TaskCompletionSource<ClientChannel> opened) in _opening.Values)
        {
            opened.TrySetException(gone);
        }

        _opening.Clear();
        _programs.Clear();
        _channelOf.Clear();
    }

    private void OnGlobalRequest(ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload[1..]);
        if (!(reader.TryReadName(128, out _) & reader.TryReadBoolean(out bool wantsReply)))
        {
            throw SshProtocolException.Malformed(MessageNumber.GlobalRequest);
        }

        if (wantsReply)
        {
            Send([(byte)MessageNumber.RequestFailure]);
        }
    }

    private void ThrowIfOver()
    {
        if (_isOver)
        {
            throw new IOException("The connection is closed.");
        }
    }
}
