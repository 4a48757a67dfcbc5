using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using Hpc.Crypto;
using Hpc.Crypto.KeyAgreement;
using Hpc.Crypto.Keys;
using Hpc.Crypto.Packets;
using Hpc.SshProtocol.Ssh;
using Hpc.SshProtocol.Ssh.KeyExchange;
using Hpc.SshProtocol.Ssh.Packets;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Tests.Ssh;

/// <summary>
/// The other end of a connection, in either role, that knows SSH but keeps to nothing: it sends any bytes in any state.
/// Frames are built and taken apart here, not by the code under test. It takes part in key exchanges by itself, and fails when
/// the other end sends anything else between its KEXINIT and its NEWKEYS.
/// </summary>
internal sealed class RawPeer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly MemoryConnection _connection;
    private readonly SshRole _role;
    private readonly SshPrivateKey? _hostKey;
    private readonly List<byte[]> _held = [];
    private PacketSealer _sealer = AlgorithmCatalog.CreatePlainSealer();
    private PacketOpener _opener = AlgorithmCatalog.CreatePlainOpener();
    private byte[] _bytes = new byte[64 * 1024];
    private int _start;
    private int _end;
    private int _frameLength;
    private byte[] _ownVersion = [];
    private byte[] _peerVersion = [];
    private byte[]? _ownInit;
    private byte[]? _peerInit;
    private KeyAgreement? _agreement;
    private NegotiatedAlgorithms? _negotiated;
    private KeyMaterial? _keys;
    private bool _isStrictInForce;
    private bool _hasSentNewKeys;
    private PayloadCompressor? _compressor;
    private PayloadDecompressor? _decompressor;

    public RawPeer(MemoryConnection connection, SshRole role, SshPrivateKey? hostKey = null)
    {
        _connection = connection;
        _role = role;
        _hostKey = hostKey;
    }

    public KexInitMessage Offer { get; set; } = OfferOf("aes128-gcm@openssh.com", "hmac-sha2-256-etm@openssh.com");

    public bool OffersStrict { get; set; } = true;

    public bool OffersExtInfo { get; set; }

    /// <summary>Speaks zlib@openssh.com after login; the offer has to say so.</summary>
    public bool Compresses { get; set; }

    /// <summary>Sent right after our KEXINIT (first_kex_packet_follows).</summary>
    public byte[]? Guess { get; set; }

    public uint SendSequence { get; set; }

    public uint ReceiveSequence { get; private set; }

    public byte[] SessionId { get; private set; } = [];

    /// <summary>Key exchanges that came to their end.</summary>
    public int Exchanges { get; private set; }

    /// <summary>True from the other end's KEXINIT to its NEWKEYS.</summary>
    public bool IsPeerExchanging => _peerInit is not null;

    public byte[]? PeerKexInit { get; private set; }

    /// <summary>Bytes that came, sealed.</summary>
    public long BytesReceived { get; private set; }

    public static KexInitMessage OfferOf(string cipher, string mac, string keyExchange = "curve25519-sha256", string hostKey = "ssh-ed25519", string compression = "none") => new()
    {
        KeyExchange = [keyExchange],
        HostKey = [hostKey],
        CipherToServer = [cipher],
        CipherToClient = [cipher],
        MacToServer = [mac],
        MacToClient = [mac],
        CompressionToServer = [compression],
        CompressionToClient = [compression],
    };

    public async Task ExchangeVersionsAsync(string? version = null)
    {
        version ??= "SSH-2.0-raw";
        _ownVersion = Encoding.ASCII.GetBytes(version);
        await SendBytesAsync(Encoding.ASCII.GetBytes(version + "\r\n"));
        _peerVersion = await ReceiveLineAsync();
    }

    public async Task<byte[]> ReceiveLineAsync()
    {
        while (true)
        {
            int end = _bytes.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (end >= 0)
            {
                byte[] line = _bytes[_start..(_start + end - 1)];
                _start += end + 1;
                return line;
            }

            (await FillAsync()).ShouldBeTrue("the end came before a line");
        }
    }

    /// <summary>Versions and the first key exchange.</summary>
    public async Task ConnectAsync()
    {
        await ExchangeVersionsAsync();
        await SendKexInitAsync();
        await WaitForExchangesAsync(1);
    }

    /// <summary>Until this many key exchanges are done; other messages are dropped.</summary>
    public async Task WaitForExchangesAsync(int count)
    {
        while (Exchanges < count)
        {
            (await StepAsync()).ShouldBeTrue("the connection ended during the key exchange");
        }

        async Task<bool> StepAsync()
        {
            if (await TryReceiveRawAsync() is not { } payload)
            {
                return false;
            }

            if (!await TakeKeyExchangeAsync(payload) && Msg.NumberOf(payload) == MessageNumber.Disconnect)
            {
                throw new InvalidOperationException("DISCONNECT: " + Encoding.UTF8.GetString(Msg.StringAt(payload, 5)));
            }

            return true;
        }
    }

    public async Task BeginAuthenticationAsync()
    {
        await ConnectAsync();
        await SendAsync(Msg.Of(MessageNumber.ServiceRequest, "ssh-userauth"));
        await ExpectAsync(MessageNumber.ServiceAccept);
    }

    public async Task LogInAsync(string user, string password)
    {
        await BeginAuthenticationAsync();
        await SendAsync(Msg.Password(user, password));
        await ExpectAsync(MessageNumber.UserauthSuccess);
        if (Compresses)
        {
            _compressor = new PayloadCompressor();
            _decompressor = new PayloadDecompressor();
        }
    }

    /// <summary>Server role: versions, keys and login of whoever comes.</summary>
    public async Task LetInAsync()
    {
        await ConnectAsync();
        await ExpectAsync(MessageNumber.ServiceRequest);
        await SendAsync(Msg.Of(MessageNumber.ServiceAccept, "ssh-userauth"));
        await ExpectAsync(MessageNumber.UserauthRequest);
        await SendAsync(Msg.Of(MessageNumber.UserauthSuccess));
    }

    /// <summary>Sends a message; during a key exchange of ours, after it.</summary>
    public async Task SendAsync(byte[] payload)
    {
        if (_ownInit is not null && !_hasSentNewKeys)
        {
            _held.Add(payload);
            return;
        }

        await SendNowAsync(payload);
    }

    /// <summary>Sends a message whatever the state.</summary>
    public Task SendNowAsync(byte[] payload) => SendBytesAsync(BuildFrame(payload));

    public async Task SendBytesAsync(byte[] bytes)
    {
        Write(bytes);
        await FlushAsync();
    }

    /// <summary>As <see cref="SendNowAsync"/>, allocating nothing.</summary>
    public async ValueTask SendSealedAsync(byte[] payload)
    {
        int block = _sealer.BlockSize;
        int length = block - ((1 + payload.Length + (_sealer.PadsLength ? 4 : 0)) % block);
        length += length < 4 ? block : 0;
        int frameLength = 5 + payload.Length + length + _sealer.TagLength;
        SealInto(_connection.Output.GetSpan(frameLength)[..frameLength], payload, length);
        _connection.Output.Advance(frameLength);
        await _connection.Output.FlushAsync();
    }

    /// <summary>Drops what has come, allocating nothing.</summary>
    public async ValueTask SkipAsync()
    {
        ReadResult result = await _connection.Input.ReadAsync();
        BytesReceived += result.Buffer.Length;
        _connection.Input.AdvanceTo(result.Buffer.End);
    }

    /// <summary>Puts a message into the output without sending it, so that it arrives together with what follows.</summary>
    public void Queue(byte[] payload) => Write(BuildFrame(payload));

    /// <summary>False if the other end is gone.</summary>
    public async Task<bool> FlushAsync()
    {
        try
        {
            FlushResult result = await _connection.Output.FlushAsync().AsTask().WaitAsync(Patience);
            return !result.IsCompleted;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>A sealed frame; <paramref name="padding"/> overwrites the padding length field before it is sealed.</summary>
    public byte[] BuildFrame(byte[] payload, byte? padding = null)
    {
        payload = _compressor is null ? payload : _compressor.Compress(payload).ToArray();
        int block = _sealer.BlockSize;
        int unpadded = 1 + payload.Length + (_sealer.PadsLength ? 4 : 0);
        int length = block - (unpadded % block);
        length += length < 4 ? block : 0;
        var frame = new byte[4 + 1 + payload.Length + length + _sealer.TagLength];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)(1 + payload.Length + length));
        frame[4] = padding ?? (byte)length;
        payload.CopyTo(frame, 5);
        _sealer.Seal(SendSequence++, frame);
        return frame;
    }

    public async Task SendKexInitAsync()
    {
        bool isClient = _role == SshRole.Client;
        List<string> methods = [.. Offer.KeyExchange];
        if (SessionId.Length == 0)
        {
            if (OffersStrict)
            {
                methods.Add(isClient ? "kex-strict-c-v00@openssh.com" : "kex-strict-s-v00@openssh.com");
            }

            if (OffersExtInfo)
            {
                methods.Add(isClient ? "ext-info-c" : "ext-info-s");
            }
        }

        _ownInit = (Offer with { KeyExchange = methods, FirstPacketFollows = Guess is not null }).ToPayload();
        _hasSentNewKeys = false;
        Queue(_ownInit);
        if (Guess is not null)
        {
            Queue(Guess);
        }

        await FlushAsync();
    }

    /// <summary>Begins a key exchange unless one is running.</summary>
    public Task RekeyAsync() => _ownInit is null ? SendKexInitAsync() : Task.CompletedTask;

    /// <summary>The next message that is not of a key exchange, or null at the end.</summary>
    public async Task<byte[]?> TryReceiveAsync()
    {
        while (await TryReceiveRawAsync() is { } payload)
        {
            bool wasExchanging = IsPeerExchanging;
            if (await TakeKeyExchangeAsync(payload))
            {
                continue;
            }

            if (wasExchanging && Msg.NumberOf(payload) != MessageNumber.Disconnect)
            {
                throw new InvalidOperationException($"{Msg.NumberOf(payload)} was sent between KEXINIT and NEWKEYS.");
            }

            return payload;
        }

        return null;
    }

    public async Task<byte[]> ReceiveAsync() => (await TryReceiveAsync()).ShouldNotBeNull("the connection ended");

    /// <summary>The next message of this number. Others that may come at any time are dropped; anything else fails.</summary>
    public async Task<byte[]> ExpectAsync(MessageNumber number)
    {
        while (true)
        {
            byte[] payload = await ReceiveAsync();
            MessageNumber got = Msg.NumberOf(payload);
            if (got == number)
            {
                return payload;
            }

            if (got is not (MessageNumber.ExtInfo or MessageNumber.GlobalRequest or MessageNumber.ChannelWindowAdjust or MessageNumber.UserauthBanner or MessageNumber.Pong))
            {
                string text = got == MessageNumber.Disconnect ? ": " + Encoding.UTF8.GetString(Msg.StringAt(payload, 5)) : "";
                throw new InvalidOperationException($"{number} was expected, {got} came{text}.");
            }
        }
    }

    /// <summary>PING, and everything until its PONG.</summary>
    public async Task<List<byte[]>> PingAsync()
    {
        string data = Guid.NewGuid().ToString();
        await SendAsync(Msg.Of(MessageNumber.Ping, data));
        var before = new List<byte[]>();
        while (true)
        {
            byte[] payload = await ReceiveAsync();
            switch (Msg.NumberOf(payload))
            {
                case MessageNumber.Pong when Encoding.UTF8.GetString(Msg.StringAt(payload, 1)) == data:
                    return before;
                case MessageNumber.Disconnect:
                    throw new InvalidOperationException("DISCONNECT: " + Encoding.UTF8.GetString(Msg.StringAt(payload, 5)));
                default:
                    before.Add(payload);
                    break;
            }
        }
    }

    /// <summary>Everything up to the end; gives what the DISCONNECT said, or null if there was none.</summary>
    public async Task<(DisconnectReason Reason, string Text)?> ReceiveEndAsync()
    {
        (DisconnectReason, string)? said = null;
        while (await TryReceiveRawAsync() is { } payload)
        {
            said.ShouldBeNull("nothing comes after DISCONNECT");
            if (Msg.NumberOf(payload) == MessageNumber.Disconnect)
            {
                said = ((DisconnectReason)Msg.UInt32At(payload, 1), Encoding.UTF8.GetString(Msg.StringAt(payload, 5)));
            }
            else if (Msg.NumberOf(payload) == MessageNumber.NewKeys && _keys is not null)
            {
                await TakeKeyExchangeAsync(payload);
            }
        }

        return said;
    }

    /// <summary>The next message, key exchange or not; null at the end.</summary>
    public async Task<byte[]?> TryReceiveRawAsync()
    {
        while (true)
        {
            if (TryTakeFrame(out byte[]? payload))
            {
                return payload;
            }

            if (!await FillAsync())
            {
                return null;
            }
        }
    }

    /// <summary>Takes part in a key exchange; false if the message is not of one.</summary>
    public async Task<bool> TakeKeyExchangeAsync(byte[] payload)
    {
        switch (Msg.NumberOf(payload))
        {
            case MessageNumber.KexInit:
                await OnKexInitAsync(payload);
                return true;
            case MessageNumber.KexReplyOrGroup when _role == SshRole.Client:
                await OnReplyAsync(payload);
                return true;
            case MessageNumber.KexInitShare when _role == SshRole.Server:
                await OnShareAsync(payload);
                return true;
            case MessageNumber.NewKeys:
                OnNewKeys();
                return true;
            default:
                return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // An orderly end: the other end is let finish what it sends, or it would see a reset.
        _connection.CloseOutput();
        _start = 0;
        _end = 0;
        while (await FillAsync())
        {
            _end = 0;
        }

        _connection.Dispose();
        _sealer.Dispose();
        _opener.Dispose();
        _agreement?.Dispose();
        _keys?.Dispose();
        _compressor?.Dispose();
        _decompressor?.Dispose();
    }

    /// <summary>Nothing more is sent; what comes is still received.</summary>
    public void CloseOutput() => _connection.CloseOutput();

    /// <summary>The other end sees a reset.</summary>
    public void Abort() => _connection.Abort(ConnectionEndReason.ConnectionLost);

    private void SealInto(Span<byte> frame, byte[] payload, int padding)
    {
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)(1 + payload.Length + padding));
        frame[4] = (byte)padding;
        payload.CopyTo(frame[5..]);
        _sealer.Seal(SendSequence++, frame);
    }

    private void Write(byte[] bytes)
    {
        for (int done = 0; done < bytes.Length;)
        {
            int count = Math.Min(bytes.Length - done, 64 * 1024);
            bytes.AsSpan(done, count).CopyTo(_connection.Output.GetSpan(count));
            _connection.Output.Advance(count);
            done += count;
        }
    }

    private async Task OnKexInitAsync(byte[] payload)
    {
        PeerKexInit = payload;
        if (_ownInit is null)
        {
            await SendKexInitAsync();
        }

        _peerInit = payload;
        bool isClient = _role == SshRole.Client;
        KexInitMessage.TryRead(_ownInit, out KexInitMessage own).ShouldBeTrue();
        KexInitMessage.TryRead(payload, out KexInitMessage peer).ShouldBeTrue();
        _negotiated = NegotiatedAlgorithms.Negotiate(isClient ? own : peer, isClient ? peer : own, peer.FirstPacketFollows);
        if (SessionId.Length == 0)
        {
            _isStrictInForce = OffersStrict && peer.KeyExchange.Contains(isClient ? "kex-strict-s-v00@openssh.com" : "kex-strict-c-v00@openssh.com");
        }

        if (isClient)
        {
            _agreement?.Dispose();
            _agreement = AlgorithmCatalog.CreateKeyAgreement(_negotiated.KeyExchange);
            await SendNowAsync(Msg.Of(MessageNumber.KexInitShare, _agreement.PublicShare.ToArray()));
        }
    }

    private async Task OnReplyAsync(byte[] payload)
    {
        byte[] hostKey = Msg.StringAt(payload, 1);
        byte[] share = Msg.StringAt(payload, 5 + hostKey.Length);
        byte[] signature = Msg.StringAt(payload, 9 + hostKey.Length + share.Length);
        SecretBytes secret = _agreement!.DeriveSecret(share).ShouldNotBeNull();
        byte[] method = MethodTranscript.Build(null, [], _agreement.PublicShare.Span, share);
        var transcript = new Transcript(_ownVersion, _peerVersion, _ownInit!, _peerInit!);
        byte[] hash = ExchangeHash.Compute(_agreement.Hash, transcript, hostKey, method, secret);
        SshPublicKeys.TryParse(hostKey, out SshPublicKey? key).ShouldBeTrue();
        key.Verify(_negotiated!.HostKey, hash, signature).ShouldBeTrue();
        await SendNewKeysAsync(secret, hash);
    }

    private async Task OnShareAsync(byte[] payload)
    {
        byte[] share = Msg.StringAt(payload, 1);
        using KeyAgreement agreement = AlgorithmCatalog.CreateKeyAgreement(_negotiated!.KeyExchange);
        SecretBytes secret = agreement.DeriveSecret(share).ShouldNotBeNull();
        byte[] blob = _hostKey!.PublicKey.Blob.ToArray();
        byte[] method = MethodTranscript.Build(null, [], share, agreement.PublicShare.Span);
        var transcript = new Transcript(_peerVersion, _ownVersion, _peerInit!, _ownInit!);
        byte[] hash = ExchangeHash.Compute(agreement.Hash, transcript, blob, method, secret);
        Queue(Msg.Of(MessageNumber.KexReplyOrGroup, blob, agreement.PublicShare.ToArray(), _hostKey.Sign(_negotiated.HostKey, hash)));
        await SendNewKeysAsync(secret, hash);
    }

    private async Task SendNewKeysAsync(SecretBytes secret, byte[] hash)
    {
        SessionId = SessionId.Length == 0 ? hash : SessionId;
        _keys?.Dispose();
        _keys = new KeyMaterial(AlgorithmCatalog.HashOf(_negotiated!.KeyExchange), secret, hash, SessionId);
        Queue([(byte)MessageNumber.NewKeys]);
        bool toServer = _role == SshRole.Client;
        _sealer.Dispose();
        _sealer = DirectionKeys.CreateSealer(toServer ? _negotiated.ToServer : _negotiated.ToClient, toServer, _keys);
        SendSequence = _isStrictInForce ? 0 : SendSequence;
        _hasSentNewKeys = true;
        if (_compressor is not null)
        {
            // New keys, new stream.
            _compressor.Dispose();
            _compressor = new PayloadCompressor();
        }

        foreach (byte[] payload in _held)
        {
            Queue(payload);
        }

        _held.Clear();
        await FlushAsync();
    }

    private void OnNewKeys()
    {
        bool toServer = _role == SshRole.Server;
        _opener.Dispose();
        _opener = DirectionKeys.CreateOpener(toServer ? _negotiated!.ToServer : _negotiated!.ToClient, toServer, _keys!);
        ReceiveSequence = _isStrictInForce ? 0 : ReceiveSequence;
        if (_decompressor is not null)
        {
            _decompressor.Dispose();
            _decompressor = new PayloadDecompressor();
        }

        _ownInit = null;
        _peerInit = null;
        Exchanges++;
    }

    private async Task<bool> FillAsync()
    {
        try
        {
            ReadResult result = await _connection.Input.ReadAsync().AsTask().WaitAsync(Patience);
            int length = (int)result.Buffer.Length;
            if (length > _bytes.Length - _end)
            {
                byte[] larger = _end - _start + length > _bytes.Length ? new byte[(_end - _start + length) * 2] : _bytes;
                Buffer.BlockCopy(_bytes, _start, larger, 0, _end - _start);
                _end -= _start;
                _start = 0;
                _bytes = larger;
            }

            result.Buffer.CopyTo(_bytes.AsSpan(_end));
            _end += length;
            BytesReceived += length;
            _connection.Input.AdvanceTo(result.Buffer.End);
            return length > 0 || !result.IsCompleted;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private bool TryTakeFrame(out byte[]? payload)
    {
        payload = null;
        int available = _end - _start;
        if (_frameLength == 0)
        {
            if (available < _opener.HeaderLength)
            {
                return false;
            }

            uint length = _opener.ReadLength(ReceiveSequence, _bytes.AsSpan(_start, _opener.HeaderLength));
            length.ShouldBeInRange(6u, 70_000u);
            ((length + (_opener.PadsLength ? 4 : 0)) % _opener.BlockSize).ShouldBe(0);
            _frameLength = 4 + (int)length + _opener.TagLength;
        }

        if (available < _frameLength)
        {
            return false;
        }

        Span<byte> frame = _bytes.AsSpan(_start, _frameLength);
        _opener.Open(ReceiveSequence++, frame).ShouldBeTrue("the packet does not open");
        int padding = frame[4];
        padding.ShouldBeInRange(4, 255);
        payload = frame[5..(_frameLength - _opener.TagLength - padding)].ToArray();
        _start += _frameLength;
        _frameLength = 0;
        if (_decompressor is not null)
        {
            _decompressor.TryDecompress(payload, 70_000, out ReadOnlySpan<byte> decompressed).ShouldBeTrue();
            payload = decompressed.ToArray();
        }

        return true;
    }
}
