using Hpc.Crypto;
using Hpc.SshProtocol.Ssh.KeyExchange;
using Hpc.SshProtocol.Ssh.Packets;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Ssh.Connection;

internal abstract partial class SshConnection
{
    // IGNORE, DEBUG, UNIMPLEMENTED and PING cost the peer as much as us, but have no place in bulk; the count starts again with every other message.
    private const int MaxNoise = 1024;

    private const string StrictClient = "kex-strict-c-v00@openssh.com";
    private const string StrictServer = "kex-strict-s-v00@openssh.com";
    private const string ExtInfoClient = "ext-info-c";
    private const string ExtInfoServer = "ext-info-s";

    private byte[] _ownKexInit = [];
    private byte[] _peerKexInit = [];
    private KexInitMessage? _ownInit;
    private KeyMaterial? _keys;
    private byte[]? _sessionId;
    private bool _isStrict;
    private bool _ignoreNextKeyExchangeMessage;
    private int _noise;
    private long _lastKeyExchange = Environment.TickCount64;
    private long _keyExchangeBegan;
    private int _keyWork;
    private long _keyWorkSince = Environment.TickCount64;

    /// <summary>Where the key exchange stands.</summary>
    protected KeyExchangeState KeyExchangeState { get; private set; } = KeyExchangeState.Done;

    /// <summary>What is in force, or being agreed on.</summary>
    protected NegotiatedAlgorithms? Negotiated { get; private set; }

    /// <summary>H of the first key exchange (RFC 4253 §7.2).</summary>
    protected ReadOnlySpan<byte> SessionId => _sessionId;

    /// <summary>True if the peer understands EXT_INFO (RFC 8308).</summary>
    protected bool PeerKnowsExtInfo { get; private set; }

    /// <summary>True from our KEXINIT to our NEWKEYS: nothing but the key exchange may be sent.</summary>
    protected bool IsKeyExchangeRunning => KeyExchangeState is KeyExchangeState.InitSent or KeyExchangeState.Running;

    /// <summary>True from the peer's KEXINIT to its NEWKEYS: nothing but the key exchange may come.</summary>
    private bool IsPeerInKeyExchange => KeyExchangeState is KeyExchangeState.Running or KeyExchangeState.NewKeysSent;

    private bool NeedsRekey => Phase == SshPhase.Connected &&
        (_reader.BytesSinceKeys >= Options.RekeyBytes || _writer.BytesSinceKeys >= Options.RekeyBytes ||
         _reader.PacketsSinceKeys >= Options.RekeyPackets || _writer.PacketsSinceKeys >= Options.RekeyPackets);

    /// <summary>Host key signature algorithms to offer.</summary>
    protected virtual IReadOnlyList<string> HostKeyAlgorithms => Options.Algorithms.HostKey;

    /// <summary>MACs to offer.</summary>
    protected virtual IReadOnlyList<string> MacAlgorithms => Options.Algorithms.Mac;

    /// <summary>Begins the method's messages, or waits for the peer to; the algorithms are known.</summary>
    protected abstract void OnNegotiated(NegotiatedAlgorithms algorithms);

    /// <summary>Handles a message of the method.</summary>
    protected abstract void OnMethodMessage(MessageNumber number, ReadOnlySpan<byte> payload);

    protected Transcript Transcript => Role == SshRole.Server
        ? new Transcript(_client.Bytes, _server.Bytes, _peerKexInit, _ownKexInit)
        : new Transcript(_client.Bytes, _server.Bytes, _ownKexInit, _peerKexInit);

    /// <summary>Sends KEXINIT; with the turn held.</summary>
    protected void BeginKeyExchange()
    {
        Advance(KeyExchangeState.Done, KeyExchangeState.InitSent, MessageNumber.KexInit);
        _keyExchangeBegan = Environment.TickCount64;
        SshAlgorithms offered = Options.Algorithms;
        bool isClient = Role == SshRole.Client;
        var keyExchange = new List<string>(offered.KeyExchange);
        if (_sessionId is null)
        {
            keyExchange.Add(isClient ? ExtInfoClient : ExtInfoServer);
            keyExchange.Add(isClient ? StrictClient : StrictServer);
        }

        _ownInit = new KexInitMessage
        {
            KeyExchange = keyExchange,
            HostKey = HostKeyAlgorithms,
            CipherToServer = offered.Cipher,
            CipherToClient = offered.Cipher,
            MacToServer = MacAlgorithms,
            MacToClient = MacAlgorithms,
            CompressionToServer = offered.Compression,
            CompressionToClient = offered.Compression,
        };
        _ownKexInit = _ownInit.ToPayload();
        _writer.WritePacket(_ownKexInit);
    }

    /// <summary>K and H are known and checked: sends NEWKEYS and seals with the new keys from the next packet on. With the turn held.</summary>
    protected void FinishKeyExchange(SecretBytes secret, byte[] exchangeHash)
    {
        NegotiatedAlgorithms algorithms = Negotiated!;
        bool isFirst = _sessionId is null;
        _sessionId ??= exchangeHash;
        _keys?.Dispose();
        _keys = new KeyMaterial(AlgorithmCatalog.HashOf(algorithms.KeyExchange), secret, exchangeHash, _sessionId);
        Advance(KeyExchangeState.Running, KeyExchangeState.NewKeysSent, MessageNumber.NewKeys);
        _writer.WritePacket([(byte)MessageNumber.NewKeys]);

        bool toServer = Role == SshRole.Client;
        DirectionAlgorithms direction = toServer ? algorithms.ToServer : algorithms.ToClient;
        _writer.ChangeKeys(DirectionKeys.CreateSealer(direction, toServer, _keys), _isStrict);
        RestartCompressor(direction);
        if (isFirst)
        {
            OnFirstKeysSent();
        }

        SendDeferred();
    }

    /// <summary>The first sealed packet may carry EXT_INFO (RFC 8308 §2.4).</summary>
    protected virtual void OnFirstKeysSent()
    {
    }

    /// <summary>Starts delayed compression where it was agreed on (zlib@openssh.com): after login, in both directions.</summary>
    protected void StartCompression()
    {
        NegotiatedAlgorithms algorithms = Negotiated!;
        bool isServer = Role == SshRole.Server;
        _writer.CloseOpenPacket();
        RestartCompressor(isServer ? algorithms.ToClient : algorithms.ToServer);
        RestartDecompressor(isServer ? algorithms.ToServer : algorithms.ToClient);
    }

    // A zlib stream lasts as long as the keys (RFC 4253 §6.2); before login there is none.
    private void RestartCompressor(DirectionAlgorithms direction)
    {
        _writer.Compressor?.Dispose();
        _writer.Compressor = direction.IsCompressed && Phase == SshPhase.Connected ? new PayloadCompressor() : null;
    }

    private void RestartDecompressor(DirectionAlgorithms direction)
    {
        _decompressor?.Dispose();
        _decompressor = direction.IsCompressed && Phase == SshPhase.Connected ? new PayloadDecompressor() : null;
    }

    private void CheckKeyExchangeAllows(MessageNumber number)
    {
        bool strictInitial = Phase == SshPhase.InitialKeyExchange && _isStrict;
        if (IsPeerInKeyExchange && !MessageRules.IsAllowedDuringKeyExchange(number, strictInitial))
        {
            throw SshProtocolException.OutOfOrder(KeyExchangeState, number);
        }

        // Before its first KEXINIT a peer has nothing else to say; with strict key exchange this is checked again in OnKexInit.
        if (_sessionId is null && KeyExchangeState == KeyExchangeState.InitSent && number is not (MessageNumber.KexInit or MessageNumber.Disconnect or MessageNumber.Ignore or MessageNumber.Debug))
        {
            throw SshProtocolException.OutOfOrder(KeyExchangeState, number);
        }

        if (number is >= MessageNumber.UserauthRequest and < MessageNumber.Ping)
        {
            _noise = 0;
        }
    }

    protected void CountNoise()
    {
        int limit = Phase == SshPhase.Connected ? MaxNoise : MaxNoise / 16;
        if (++_noise > limit)
        {
            throw SshProtocolException.LimitExceeded("too many messages without content");
        }
    }

    private void OnKexInit(ReadOnlySpan<byte> payload)
    {
        if (!KexInitMessage.TryRead(payload, out KexInitMessage peer))
        {
            throw SshProtocolException.Malformed(MessageNumber.KexInit);
        }

        bool isPeersWish = false;
        if (KeyExchangeState == KeyExchangeState.Done)
        {
            if (Phase != SshPhase.Connected)
            {
                // Keys last for any login; another exchange before it is only work for us.
                throw SshProtocolException.OutOfPhase(MessageNumber.KexInit, Phase);
            }

            BeginKeyExchange();
            isPeersWish = true;
        }

        Advance(KeyExchangeState.InitSent, KeyExchangeState.Running, MessageNumber.KexInit);
        _peerKexInit = payload.ToArray();
        bool isServer = Role == SshRole.Server;
        if (_sessionId is null)
        {
            _isStrict = peer.KeyExchange.Contains(isServer ? StrictClient : StrictServer);
            PeerKnowsExtInfo = peer.KeyExchange.Contains(isServer ? ExtInfoClient : ExtInfoServer);
            if (_isStrict && _reader.Sequence != 1)
            {
                throw SshProtocolException.Violation("strict key exchange: KEXINIT is not the first packet");
            }
        }

        KexInitMessage own = _ownInit!;
        Negotiated = NegotiatedAlgorithms.Negotiate(isServer ? peer : own, isServer ? own : peer, peer.FirstPacketFollows);
        if (isPeersWish)
        {
            bool isExpensive = AlgorithmCatalog.IsExpensive(Negotiated.KeyExchange) || Negotiated.HostKey.Contains("rsa", StringComparison.Ordinal);
            ChargeKeyWork(isExpensive ? SshConnectionOptions.ExpensiveKeyWork : 1);
        }

        _ignoreNextKeyExchangeMessage = peer.FirstPacketFollows && Negotiated.IgnoreFirstPacket;
        OnNegotiated(Negotiated);
    }

    /// <summary>Counts work on keys that the peer causes.</summary>
    protected void ChargeKeyWork(int work)
    {
        long now = Environment.TickCount64;
        if (now - _keyWorkSince > 60_000)
        {
            _keyWorkSince = now;
            _keyWork = 0;
        }

        _keyWork += work;
        if (_keyWork > Options.MaxKeyWorkPerMinute)
        {
            throw SshProtocolException.LimitExceeded("too many key exchanges in a minute");
        }
    }

    private void OnKeyExchangeMessage(MessageNumber number, ReadOnlySpan<byte> payload)
    {
        if (KeyExchangeState != KeyExchangeState.Running)
        {
            throw SshProtocolException.OutOfOrder(KeyExchangeState, number);
        }

        if (_ignoreNextKeyExchangeMessage)
        {
            _ignoreNextKeyExchangeMessage = false;
            return;
        }

        OnMethodMessage(number, payload);
    }

    private void OnNewKeys(ReadOnlySpan<byte> payload)
    {
        if (payload.Length != 1)
        {
            throw SshProtocolException.Malformed(MessageNumber.NewKeys);
        }

        Advance(KeyExchangeState.NewKeysSent, KeyExchangeState.Done, MessageNumber.NewKeys);
        bool toServer = Role == SshRole.Server;
        DirectionAlgorithms direction = toServer ? Negotiated!.ToServer : Negotiated!.ToClient;
        _reader.ChangeKeys(DirectionKeys.CreateOpener(direction, toServer, _keys!), _isStrict);
        RestartDecompressor(direction);
        _keys!.Dispose();
        _keys = null;
        _ownInit = null;
        _ownKexInit = [];
        _peerKexInit = [];
        _lastKeyExchange = Environment.TickCount64;
        SshLog.KeysChanged(Logger, Connection.Id, Negotiated.KeyExchange, Negotiated.HostKey, Negotiated.ToServer, Negotiated.ToClient);
        if (Phase == SshPhase.InitialKeyExchange)
        {
            Phase = SshPhase.Service;
            OnKeysUp();
        }
        else
        {
            SshMetrics.Rekeys.Add(1);
        }
    }

    private void Advance(KeyExchangeState from, KeyExchangeState to, MessageNumber number)
    {
        if (KeyExchangeState != from)
        {
            throw SshProtocolException.OutOfOrder(KeyExchangeState, number);
        }

        KeyExchangeState = to;
    }

    private void DisposeKeyExchange()
    {
        _keys?.Dispose();
        _keys = null;
        DisposeMethod();
    }

    /// <summary>Frees what a key exchange that never finished has left.</summary>
    protected virtual void DisposeMethod()
    {
    }
}
