using System.Diagnostics.CodeAnalysis;
using Hpc.Crypto;
using Hpc.Crypto.KeyAgreement;
using Hpc.Crypto.Keys;
using Hpc.SshProtocol.Ssh.KeyExchange;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Ssh.Client;

internal sealed partial class SshClientConnection
{
    // RFC 8270 §3: groups below 2,048 bits are not asked for.
    private const uint MinGroupBits = 2048;
    private const uint PreferredGroupBits = 3072;
    private const uint MaxGroupBits = 8192;

    private KeyAgreement? _agreement;
    private DhGroup? _group;
    private byte[] _groupRequest = [];

    protected override void OnNegotiated(NegotiatedAlgorithms algorithms)
    {
        DisposeMethod();
        if (AlgorithmCatalog.IsGroupExchange(algorithms.KeyExchange))
        {
            _groupRequest = new byte[12];
            var writer = new WireWriter(_groupRequest);
            writer.WriteUInt32(MinGroupBits);
            writer.WriteUInt32(PreferredGroupBits);
            writer.WriteUInt32(MaxGroupBits);
            Writer.WritePacket([(byte)MessageNumber.KexGexRequest, .. _groupRequest]);
        }
        else
        {
            SendShare(MessageNumber.KexInitShare, AlgorithmCatalog.CreateKeyAgreement(algorithms.KeyExchange));
        }
    }

    protected override void OnMethodMessage(MessageNumber number, ReadOnlySpan<byte> payload)
    {
        bool isGroupExchange = AlgorithmCatalog.IsGroupExchange(Negotiated!.KeyExchange);
        switch (number)
        {
            case MessageNumber.KexReplyOrGroup when isGroupExchange && _group is null:
                OnGroup(payload);
                break;
            case MessageNumber.KexReplyOrGroup when !isGroupExchange:
            case MessageNumber.KexGexReply when isGroupExchange && _agreement is not null:
                OnReply(number, payload);
                break;
            default:
                throw SshProtocolException.OutOfOrder(KeyExchangeState, number);
        }
    }

    protected override void DisposeMethod()
    {
        _agreement?.Dispose();
        _agreement = null;
        _group = null;
    }

    private void SendShare(MessageNumber number, KeyAgreement agreement)
    {
        _agreement = agreement;
        var payload = new byte[5 + agreement.PublicShare.Length];
        var writer = new WireWriter(payload);
        writer.WriteByte((byte)number);
        writer.WriteString(agreement.PublicShare.Span);
        Writer.WritePacket(writer.Written);
    }

    private void OnGroup(ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload[1..]);
        if (!(reader.TryReadMpint(out ReadOnlySpan<byte> p) & reader.TryReadMpint(out ReadOnlySpan<byte> g)) || !reader.IsAtEnd
            || !DhGroup.TryCreate(p, g, (int)MinGroupBits, (int)MaxGroupBits, out DhGroup? group))
        {
            throw SshProtocolException.KeyExchangeFailed("group exchange: the server's group is not acceptable");
        }

        _group = group;
        SendShare(MessageNumber.KexGexInit, AlgorithmCatalog.CreateGroupExchange(Negotiated!.KeyExchange, group));
    }

    private void OnReply(MessageNumber number, ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload[1..]);
        if (!(reader.TryReadString(out ReadOnlySpan<byte> hostKey) & reader.TryReadString(out ReadOnlySpan<byte> share) & reader.TryReadString(out ReadOnlySpan<byte> signature))
            || !reader.IsAtEnd)
        {
            throw SshProtocolException.Malformed(number);
        }

        SecretBytes secret = _agreement!.DeriveSecret(share)
            ?? throw SshProtocolException.KeyExchangeFailed("the server's public share is not acceptable");
        byte[] method = MethodTranscript.Build(_group, _groupRequest, _agreement.PublicShare.Span, share);
        byte[] exchangeHash = ExchangeHash.Compute(_agreement.Hash, Transcript, hostKey, method, secret);
        if (!IsServerWanted(hostKey, signature, exchangeHash, out string? fault))
        {
            secret.Dispose();
            _loggedIn.TrySetException(new SshLoginException(fault));
            throw SshProtocolException.Ended(DisconnectReason.HostKeyNotVerifiable, Transport.Connections.ConnectionEndReason.ProtocolError, fault);
        }

        DisposeMethod();
        FinishKeyExchange(secret, exchangeHash);
    }

    private bool IsServerWanted(ReadOnlySpan<byte> hostKey, ReadOnlySpan<byte> signature, byte[] exchangeHash, [NotNullWhen(false)] out string? fault)
    {
        fault = "the server's host key is malformed";
        if (!SshPublicKeys.TryParse(hostKey, out SshPublicKey? key))
        {
            return false;
        }

        using (key)
        {
            if (!key.Verify(Negotiated!.HostKey, exchangeHash, signature))
            {
                fault = "the server's signature does not verify";
                return false;
            }

            if (!_options.AcceptHostKey(key))
            {
                fault = $"the server's {key.KeyType} host key is not the expected one";
                return false;
            }
        }

        fault = null;
        return true;
    }
}
