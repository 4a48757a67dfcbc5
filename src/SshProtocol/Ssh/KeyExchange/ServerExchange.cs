using Hpc.Crypto;
using Hpc.Crypto.KeyAgreement;
using Hpc.Crypto.Keys;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Ssh.KeyExchange;

/// <summary>The server's part of a method after the client's share: secret, exchange hash, signature, reply. Touches no connection state, so it may run on a worker.</summary>
internal sealed class ServerExchange(
    NegotiatedAlgorithms algorithms,
    Transcript transcript,
    SshPrivateKey hostKey,
    byte[] clientShare,
    DhGroup? group,
    byte[] groupRequest)
{
    /// <summary>True if it takes milliseconds.</summary>
    public bool IsExpensive => AlgorithmCatalog.IsExpensive(algorithms.KeyExchange) || hostKey.PublicKey.KeyType == "ssh-rsa";

    public ExchangeResult Run()
    {
        using KeyAgreement agreement = group is null
            ? AlgorithmCatalog.CreateKeyAgreement(algorithms.KeyExchange)
            : AlgorithmCatalog.CreateGroupExchange(algorithms.KeyExchange, group);
        SecretBytes secret = agreement.DeriveSecret(clientShare)
            ?? throw SshProtocolException.KeyExchangeFailed("the client's public share is not acceptable");
        ReadOnlySpan<byte> blob = hostKey.PublicKey.Blob.Span;
        byte[] method = MethodTranscript.Build(group, groupRequest, clientShare, agreement.PublicShare.Span);
        byte[] exchangeHash = ExchangeHash.Compute(agreement.Hash, transcript, blob, method, secret);
        byte[] signature = hostKey.Sign(algorithms.HostKey, exchangeHash);

        //  byte      SSH_MSG_KEXDH_REPLY / KEX_ECDH_REPLY / KEX_DH_GEX_REPLY
        //  string    K_S
        //  mpint f / string Q_S
        //  string    signature of H
        var reply = new byte[1 + 4 + blob.Length + 4 + agreement.PublicShare.Length + 4 + signature.Length];
        var writer = new WireWriter(reply);
        writer.WriteByte((byte)(group is null ? MessageNumber.KexReplyOrGroup : MessageNumber.KexGexReply));
        writer.WriteString(blob);
        writer.WriteString(agreement.PublicShare.Span);
        writer.WriteString(signature);
        return new ExchangeResult(reply, secret, exchangeHash);
    }
}

/// <summary>What <see cref="ServerExchange"/> made.</summary>
/// <param name="Reply">The reply message.</param>
/// <param name="Secret">K.</param>
/// <param name="ExchangeHash">H.</param>
internal sealed record ExchangeResult(byte[] Reply, SecretBytes Secret, byte[] ExchangeHash);

/// <summary>The method's own part of the exchange hash.</summary>
internal static class MethodTranscript
{
    /// <summary>e and f, or Q_C and Q_S; for group exchange with min, n, max, p and g in front (RFC 4419 §3).</summary>
    public static byte[] Build(DhGroup? group, ReadOnlySpan<byte> groupRequest, ReadOnlySpan<byte> clientShare, ReadOnlySpan<byte> serverShare)
    {
        int groupLength = group is null ? 0 : groupRequest.Length + 4 + group.P.Length + 1 + 4 + group.G.Length + 1;
        var bytes = new byte[groupLength + 4 + clientShare.Length + 4 + serverShare.Length];
        var writer = new WireWriter(bytes);
        if (group is not null)
        {
            writer.WriteBytes(groupRequest);
            writer.WriteMpint(group.P.Span);
            writer.WriteMpint(group.G.Span);
        }

        writer.WriteString(clientShare);
        writer.WriteString(serverShare);
        return writer.Written.ToArray();
    }
}
