using Hpc.Crypto.Keys;
using Hpc.SshProtocol.Ssh.Connection;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Ssh.Server;

internal sealed partial class SshServerConnection
{
    private bool _noMoreSessions;

    private void OnGlobalRequest(ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload[1..]);
        if (!(reader.TryReadName(128, out string name) & reader.TryReadBoolean(out bool wantsReply)))
        {
            throw SshProtocolException.Malformed(MessageNumber.GlobalRequest);
        }

        switch (name)
        {
            case "no-more-sessions@openssh.com":
                _noMoreSessions = true;
                ReplyGlobal(wantsReply, true);
                break;
            case "hostkeys-prove-00@openssh.com" when wantsReply:
                ProveHostKeys(reader);
                break;
            case "keepalive@openssh.com":
                ReplyGlobal(wantsReply, false);
                break;
            default:
                // tcpip-forward and the rest: there is nothing behind this server to forward to.
                SshLog.RequestRefused(Logger, Connection.Id, name);
                ReplyGlobal(wantsReply, false);
                break;
        }
    }

    private void ReplyGlobal(bool wantsReply, bool isSuccess)
    {
        if (wantsReply)
        {
            Send([(byte)(isSuccess ? MessageNumber.RequestSuccess : MessageNumber.RequestFailure)]);
        }
    }

    /// <summary>hostkeys-00@openssh.com (OpenSSH PROTOCOL §2.5): all host keys, so that clients learn new ones before old ones go.</summary>
    private void AnnounceHostKeys()
    {
        var payload = new byte[64 + _hostKeys.Keys.Sum(static key => 4 + key.PublicKey.Blob.Length)];
        var writer = new WireWriter(payload);
        writer.WriteByte((byte)MessageNumber.GlobalRequest);
        writer.WriteString("hostkeys-00@openssh.com"u8);
        writer.WriteBoolean(false);
        foreach (SshPrivateKey key in _hostKeys.Keys)
        {
            writer.WriteString(key.PublicKey.Blob.Span);
        }

        Send(writer.Written);
    }

    private void ProveHostKeys(WireReader reader)
    {
        var keys = new List<SshPrivateKey>();
        while (!reader.IsAtEnd)
        {
            if (!reader.TryReadString(out ReadOnlySpan<byte> blob))
            {
                throw SshProtocolException.Malformed(MessageNumber.GlobalRequest);
            }

            SshPrivateKey? key = FindHostKey(blob);
            if (key is null || keys.Contains(key))
            {
                ReplyGlobal(true, false);
                return;
            }

            keys.Add(key);
        }

        ChargeKeyWork(SshConnectionOptions.ExpensiveKeyWork * keys.Count(static key => key.PublicKey.KeyType == "ssh-rsa") + 1);
        WaitFor(new ValueTask(ProveAsync(keys, SessionId.ToArray(), Negotiated!.HostKey)));
    }

    private SshPrivateKey? FindHostKey(ReadOnlySpan<byte> blob)
    {
        foreach (SshPrivateKey key in _hostKeys.Keys)
        {
            if (key.PublicKey.Blob.Span.SequenceEqual(blob))
            {
                return key;
            }
        }

        return null;
    }

    private async Task ProveAsync(List<SshPrivateKey> keys, byte[] sessionId, string agreed)
    {
        byte[] reply = await SshWorkers.RunAsync(() => BuildProof(keys, sessionId, agreed), Connection.Stopping).ConfigureAwait(false);
        lock (Turn)
        {
            Send(reply);
        }
    }

    private static byte[] BuildProof(List<SshPrivateKey> keys, byte[] sessionId, string agreed)
    {
        //  string    "hostkeys-prove-00@openssh.com"
        //  string    session identifier
        //  string    hostkey
        var signatures = new List<byte[]>();
        foreach (SshPrivateKey key in keys)
        {
            ReadOnlySpan<byte> blob = key.PublicKey.Blob.Span;
            var data = new byte[64 + sessionId.Length + blob.Length];
            var writer = new WireWriter(data);
            writer.WriteString("hostkeys-prove-00@openssh.com"u8);
            writer.WriteString(sessionId);
            writer.WriteString(blob);
            signatures.Add(key.Sign(HostKeySet.ProofAlgorithm(key, agreed), writer.Written));
        }

        var reply = new byte[1 + signatures.Sum(static signature => 4 + signature.Length)];
        var replyWriter = new WireWriter(reply);
        replyWriter.WriteByte((byte)MessageNumber.RequestSuccess);
        foreach (byte[] signature in signatures)
        {
            replyWriter.WriteString(signature);
        }

        return reply;
    }
}
