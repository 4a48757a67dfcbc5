using System.Security.Cryptography;
using Hpc.Crypto;
using Hpc.Crypto.KeyAgreement;
using Hpc.Crypto.Packets;
using Hpc.Fuzz.Tests.Mutation;
using Hpc.SshProtocol.Ssh;
using Hpc.SshProtocol.Ssh.KeyExchange;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.Fuzz.Tests.Peer;

internal sealed partial class RawPeer
{
    private readonly TaskCompletionSource _keysUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _clientVersion = [];
    private byte[] _clientInit = [];
    private byte[] _serverInit = [];
    private byte[]? _sessionId;
    private KeyAgreement? _agreement;
    private KeyMaterial? _keys;
    private TaskCompletionSource _keysSent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isInKeyExchange;

    /// <summary>True from the peer's KEXINIT to its NEWKEYS.</summary>
    public bool IsInKeyExchange => _isInKeyExchange;

    /// <summary>H of the first key exchange.</summary>
    public ReadOnlySpan<byte> SessionId => _sessionId;

    public Task KeysUp => _keysUp.Task;

    private DirectionAlgorithms Direction
    {
        get
        {
            AlgorithmCatalog.TryGetCipher(_plan.Cipher, out CipherInfo? cipher);
            MacInfo? mac = null;
            if (!cipher!.IsAead)
            {
                AlgorithmCatalog.TryGetMac(_plan.Mac, out mac);
            }

            return new DirectionAlgorithms(cipher, mac, _plan.IsCompressed);
        }
    }

    /// <summary>Sends KEXINIT: the first one, or to begin a rekey.</summary>
    public async Task BeginKeyExchangeAsync()
    {
        if (_isInKeyExchange)
        {
            return;
        }

        _keysSent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _isInKeyExchange = true;
        string[] markers = _sessionId is null ? ["ext-info-c", .. _plan.IsStrict ? new[] { "kex-strict-c-v00@openssh.com" } : []] : [];
        string[] compression = [_plan.IsCompressed ? DirectionAlgorithms.DelayedZlib : DirectionAlgorithms.NoCompression];
        _clientInit = new KexInitMessage
        {
            KeyExchange = [_plan.KeyExchange, .. markers],
            HostKey = ["ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-256"],
            CipherToServer = [_plan.Cipher],
            CipherToClient = [_plan.Cipher],
            MacToServer = [_plan.Mac],
            MacToClient = [_plan.Mac],
            CompressionToServer = compression,
            CompressionToClient = compression,
        }.ToPayload();
        await SendAsync(FuzzStage.KeyExchange, _clientInit);
    }

    private async Task OnKeyExchangeAsync(MessageNumber number, byte[] packet)
    {
        switch (number)
        {
            case MessageNumber.KexInit:
                _serverInit = packet;
                await BeginKeyExchangeAsync();
                _agreement?.Dispose();
                _agreement = AlgorithmCatalog.CreateKeyAgreement(_plan.KeyExchange);
                var payload = new byte[5 + _agreement.PublicShare.Length];
                WriteShare(payload, _agreement.PublicShare.Span);
                await SendAsync(FuzzStage.KeyExchange, payload);
                break;
            case MessageNumber.KexReplyOrGroup when _keys is not null:
                await SendNewKeysAsync();
                break;
            case MessageNumber.NewKeys:
                _keysUp.TrySetResult();
                break;
        }
    }

    private static void WriteShare(Span<byte> payload, ReadOnlySpan<byte> share)
    {
        var writer = new WireWriter(payload);
        writer.WriteByte((byte)MessageNumber.KexInitShare);
        writer.WriteString(share);
    }

    // Where the packet is read, since NEWKEYS may follow in the same buffer.
    private void TakeReply(ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload[1..]);
        if (_agreement is null || !reader.TryReadString(out ReadOnlySpan<byte> hostKey) || !reader.TryReadString(out ReadOnlySpan<byte> share)
            || _agreement.DeriveSecret(share) is not { } secret)
        {
            return;
        }

        var transcript = new Transcript(_clientVersion, _serverVersion, _clientInit, _serverInit);
        byte[] method = MethodTranscript.Build(null, [], _agreement.PublicShare.Span, share);
        HashAlgorithmName hash = _agreement.Hash;
        byte[] exchangeHash = ExchangeHash.Compute(hash, transcript, hostKey, method, secret);
        _sessionId ??= exchangeHash;
        _keys?.Dispose();
        _keys = new KeyMaterial(hash, secret, exchangeHash, _sessionId);
    }

    private void TakeNewKeys()
    {
        if (_keys is not null)
        {
            _reader.ChangeKeys(DirectionKeys.CreateOpener(Direction, toServer: false, _keys), _plan.IsStrict);
        }
    }

    private async Task SendNewKeysAsync()
    {
        await _sending.WaitAsync();
        try
        {
            foreach (byte[] payload in _meddler.Payloads(FuzzStage.KeyExchange, [(byte)MessageNumber.NewKeys]))
            {
                await SendFrameAsync(FuzzStage.KeyExchange, payload);
            }

            _sealer.Dispose();
            _sealer = DirectionKeys.CreateSealer(Direction, toServer: true, _keys!);
            _sequence = _plan.IsStrict ? 0 : _sequence;
            _isInKeyExchange = false;
            _keysSent.TrySetResult();
        }
        finally
        {
            _sending.Release();
        }
    }
}
