using Hpc.Crypto;
using Hpc.Crypto.KeyAgreement;
using Hpc.Crypto.Keys;
using Hpc.SshProtocol.Ssh.KeyExchange;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Ssh.Server;

internal sealed partial class SshServerConnection
{
    private DhGroup? _group;
    private byte[] _groupRequest = [];

    protected override IReadOnlyList<string> HostKeyAlgorithms => _hostKeys.Algorithms;

    protected override IReadOnlyList<string> MacAlgorithms => ClientQuirks.Macs(PeerVersion, Options.Algorithms.Mac);

    protected override void OnNegotiated(NegotiatedAlgorithms algorithms)
    {
        // The client speaks first in every method.
        _group = null;
    }

    protected override void OnMethodMessage(MessageNumber number, ReadOnlySpan<byte> payload)
    {
        bool isGroupExchange = AlgorithmCatalog.IsGroupExchange(Negotiated!.KeyExchange);
        switch (number)
        {
            case MessageNumber.KexInitShare when !isGroupExchange:
            case MessageNumber.KexGexInit when isGroupExchange && _group is not null:
                OnClientShare(number, payload);
                break;
            case MessageNumber.KexGexRequest when isGroupExchange && _group is null:
                OnGroupRequest(payload);
                break;
            default:
                throw SshProtocolException.OutOfOrder(KeyExchangeState, number);
        }
    }

    /// <summary>SSH_MSG_KEY_EX_DH_GEX_REQUEST (RFC 4419 §3).</summary>
    private void OnGroupRequest(ReadOnlySpan<byte> payload)
    {
        //  uint32  min, preferred, max size of the group in bits
        var reader = new WireReader(payload[1..]);
        if (!(reader.TryReadUInt32(out uint min) & reader.TryReadUInt32(out uint preferred) & reader.TryReadUInt32(out uint max)) || !reader.IsAtEnd)
        {
            throw SshProtocolException.Malformed(MessageNumber.KexGexRequest);
        }

        if (min > preferred || preferred > max)
        {
            throw SshProtocolException.KeyExchangeFailed("group exchange: sizes out of order");
        }

        _group = DhGroup.Choose(min, preferred, max)
            ?? throw SshProtocolException.KeyExchangeFailed($"group exchange: no group between {min} and {max} bits");
        _groupRequest = payload[1..].ToArray();

        var reply = new byte[1 + 4 + _group.P.Length + 1 + 4 + _group.G.Length + 1];
        var writer = new WireWriter(reply);
        writer.WriteByte((byte)MessageNumber.KexReplyOrGroup);
        writer.WriteMpint(_group.P.Span);
        writer.WriteMpint(_group.G.Span);
        Writer.WritePacket(writer.Written);
    }

    private void OnClientShare(MessageNumber number, ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload[1..]);
        if (!reader.TryReadString(out ReadOnlySpan<byte> share) || !reader.IsAtEnd)
        {
            throw SshProtocolException.Malformed(number);
        }

        var work = new ServerExchange(Negotiated!, Transcript, _hostKeys.KeyFor(Negotiated!.HostKey), share.ToArray(), _group, _groupRequest);
        _group = null;
        if (work.IsExpensive)
        {
            WaitFor(new ValueTask(RunExchangeAsync(work)));
        }
        else
        {
            ApplyExchange(work.Run());
        }
    }

    private async Task RunExchangeAsync(ServerExchange work)
    {
        ExchangeResult result = await SshWorkers.RunAsync(work.Run, Connection.Stopping).ConfigureAwait(false);
        lock (Turn)
        {
            if (IsEnding)
            {
                result.Secret.Dispose();
                return;
            }

            ApplyExchange(result);
        }
    }

    private void ApplyExchange(ExchangeResult result)
    {
        Writer.WritePacket(result.Reply);
        FinishKeyExchange(result.Secret, result.ExchangeHash);
    }
}
