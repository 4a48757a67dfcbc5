using Hpc.SshProtocol.Ssh.Channels;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Ssh.Client;

internal sealed partial class SshClientConnection
{
    private const int MaxErrorBytes = 64 * 1024;

    private readonly Dictionary<ClientChannel, SshChannel> _channelOf = [];

    private void OnChannelMessage(MessageNumber number, ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload[1..]);
        switch (number)
        {
            case MessageNumber.ChannelClose:
                SshChannel closing = ChannelOf(ref reader, number);
                Forget(closing);
                _ = TryHandleChannelMessage(number, payload);
                break;
            case MessageNumber.ChannelOpenConfirmation:
                OnConfirmation(ref reader);
                break;
            case MessageNumber.ChannelOpenFailure:
                OnOpenFailure(ref reader);
                break;
            case MessageNumber.ChannelSuccess or MessageNumber.ChannelFailure:
                ProgramOf(ChannelOf(ref reader, number)).OnReply(number == MessageNumber.ChannelSuccess);
                break;
            case MessageNumber.ChannelRequest:
                OnChannelRequest(ref reader);
                break;
            case MessageNumber.ChannelExtendedData:
                OnExtendedData(ref reader);
                break;
            default:
                if (!TryHandleChannelMessage(number, payload))
                {
                    throw SshProtocolException.Violation($"{number} message from a server");
                }

                break;
        }
    }

    private void OnConfirmation(ref WireReader reader)
    {
        if (!(reader.TryReadUInt32(out uint local) & reader.TryReadUInt32(out uint remote) & reader.TryReadUInt32(out uint window) & reader.TryReadUInt32(out uint maxPacket))
            || !_opening.Remove(local, out (SshChannel Channel, TaskCompletionSource<ClientChannel> Opened) opening))
        {
            throw SshProtocolException.Malformed(MessageNumber.ChannelOpenConfirmation);
        }

        opening.Channel.SetRemote(remote, window, maxPacket);
        var program = new ClientChannel(opening.Channel);
        _programs[local] = program;
        _channelOf[program] = opening.Channel;
        opening.Channel.Start(program);
        opening.Opened.TrySetResult(program);
    }

    private void OnOpenFailure(ref WireReader reader)
    {
        if (!(reader.TryReadUInt32(out uint local) & reader.TryReadUInt32(out uint reason) & reader.TryReadString(out ReadOnlySpan<byte> text))
            || !_opening.Remove(local, out (SshChannel Channel, TaskCompletionSource<ClientChannel> Opened) opening))
        {
            throw SshProtocolException.Malformed(MessageNumber.ChannelOpenFailure);
        }

        RemoveChannel(opening.Channel);
        opening.Opened.TrySetException(new IOException($"The server opens no channel (reason {reason}): {LogText.Printable(text, 200)}"));
    }

    private void OnChannelRequest(ref WireReader reader)
    {
        SshChannel channel = ChannelOf(ref reader, MessageNumber.ChannelRequest);
        if (!(reader.TryReadName(128, out string type) & reader.TryReadBoolean(out bool wantsReply)))
        {
            throw SshProtocolException.Malformed(MessageNumber.ChannelRequest);
        }

        if (type == "exit-status" && reader.TryReadUInt32(out uint status))
        {
            ProgramOf(channel).ExitStatus = status;
        }

        if (wantsReply)
        {
            Span<byte> reply = stackalloc byte[5];
            var writer = new WireWriter(reply);
            writer.WriteByte((byte)MessageNumber.ChannelFailure);
            writer.WriteUInt32(channel.RemoteId);
            Send(reply);
        }
    }

    private void OnExtendedData(ref WireReader reader)
    {
        ClientChannel program = ProgramOf(ChannelOf(ref reader, MessageNumber.ChannelExtendedData));
        if (!reader.TryReadUInt32(out _) || !reader.TryReadString(out ReadOnlySpan<byte> data))
        {
            throw SshProtocolException.Malformed(MessageNumber.ChannelExtendedData);
        }

        if (program.Errors.Count + data.Length <= MaxErrorBytes)
        {
            program.Errors.AddRange(data);
        }
    }

    private ClientChannel ProgramOf(SshChannel channel) => _programs.TryGetValue(channel.LocalId, out ClientChannel? program)
        ? program
        : throw SshProtocolException.Violation("a message for a channel that is not confirmed");

    private void Forget(SshChannel channel)
    {
        if (_programs.Remove(channel.LocalId, out ClientChannel? program))
        {
            _channelOf.Remove(program);
        }
    }
}
