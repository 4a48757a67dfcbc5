using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Ssh.Connection;

internal abstract partial class SshConnection
{
    // A peer first sends what it had under way, which takes its time on a slow line.
    private const long MaxKeyExchangeMilliseconds = 300_000;

    private int _unansweredKeepalives;
    private int _outstandingReplies;

    /// <summary>What a peer that has logged in gets: packets up to this length, and ciphers of machine code.</summary>
    protected void TrustPeer(int maxPacket)
    {
        _reader.MaxPacketLength = Math.Max(maxPacket, 35_000);
        _reader.TrustPeer();
        _writer.TrustPeer();
    }

    /// <summary>A reply to a global request of ours: only keepalives ask for one.</summary>
    protected void OnGlobalReply()
    {
        if (_outstandingReplies == 0)
        {
            throw SshProtocolException.Violation("a reply without a request of ours");
        }

        _outstandingReplies--;
        _unansweredKeepalives = 0;
    }

    /// <summary>About once a second: keys that are due, keepalives. Cheap while nothing is due, since it runs for every connection.</summary>
    private void OnHeartbeat(long now)
    {
        long lastReceived = Volatile.Read(ref _lastReceived);
        bool isQuiet = Options.KeepaliveInterval > TimeSpan.Zero
            && now - lastReceived >= (long)Options.KeepaliveInterval.TotalMilliseconds * (Volatile.Read(ref _unansweredKeepalives) + 1);
        bool isRekeyDue = now - Volatile.Read(ref _lastKeyExchange) >= (long)Options.RekeyInterval.TotalMilliseconds;
        bool isOverdue = KeyExchangeState != KeyExchangeState.Done && now - Volatile.Read(ref _keyExchangeBegan) > MaxKeyExchangeMilliseconds;
        if (Phase != SshPhase.Connected || (!isQuiet && !isRekeyDue && !isOverdue))
        {
            return;
        }

        if (isOverdue)
        {
            Fail(SshProtocolException.LimitExceeded("a key exchange was not finished"));
            return;
        }

        // The one thread that beats for all connections does not wait for the turn of one; what is due is still due at the next beat.
        if (!Monitor.TryEnter(Turn))
        {
            return;
        }

        try
        {
            if (_isClosing || _endReason is not null)
            {
                return;
            }

            if (isRekeyDue && KeyExchangeState == KeyExchangeState.Done)
            {
                _lastKeyExchange = now;
                BeginKeyExchange();
            }

            if (isQuiet && lastReceived == _lastReceived)
            {
                SendKeepalive();
            }
        }
        catch (SshProtocolException exception)
        {
            Fail(exception);
            return;
        }
        finally
        {
            Monitor.Exit(Turn);
        }

        // Nor does it send for one of them.
        ThreadPool.UnsafeQueueUserWorkItem(static self => self.PulseSend(), this, preferLocal: false);
    }

    private void SendKeepalive()
    {
        if (_unansweredKeepalives >= Options.KeepaliveCountMax)
        {
            throw SshProtocolException.Ended(DisconnectReason.ConnectionLost, ConnectionEndReason.IdleTimeout, "no sign of life");
        }

        _unansweredKeepalives++;
        _outstandingReplies++;
        Span<byte> payload = stackalloc byte[32];
        var writer = new WireWriter(payload);
        writer.WriteByte((byte)MessageNumber.GlobalRequest);
        writer.WriteString("keepalive@openssh.com"u8);
        writer.WriteBoolean(true);
        Send(writer.Written);
    }
}
