using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using Hpc.Crypto;
using Hpc.Crypto.Packets;
using Hpc.Fuzz.Tests.Mutation;
using Hpc.SshProtocol.Ssh;
using Hpc.SshProtocol.Ssh.Packets;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Transport.Connections;

namespace Hpc.Fuzz.Tests.Peer;

/// <summary>
/// A client that knows the protocol and keeps to none of it that the <see cref="Meddler"/> wants otherwise. One loop reads and answers key exchanges;
/// the script sends beside it.
/// </summary>
internal sealed partial class RawPeer : IDisposable
{
    // Longer than any answer of an unmeddled server takes, short enough for thousands of cases in which no answer is due.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(150);

    private readonly IConnection _connection;
    private readonly FuzzPlan _plan;
    private readonly Meddler _meddler;
    private readonly Random _random;
    private readonly Func<ReadOnlyMemory<byte>, bool> _isLeak;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PacketReader _reader = new(AlgorithmCatalog.CreatePlainOpener()) { MaxPacketLength = 1 << 20 };
    private PacketSealer _sealer = AlgorithmCatalog.CreatePlainSealer();
    private PayloadCompressor? _compressor;
    private PayloadDecompressor? _decompressor;
    private uint _sequence;
    private long _sentBytes;
    private byte[] _serverVersion = [];
    private volatile bool _isGone;

    public RawPeer(IConnection connection, FuzzPlan plan, Func<ReadOnlyMemory<byte>, bool> isLeak)
    {
        _connection = connection;
        _plan = plan;
        _meddler = new Meddler(plan);
        _random = new Random(plan.Seed ^ 0x0DD);
        _isLeak = isLeak;
    }

    /// <summary>True when the server has ended the connection, or the plan's byte to leave at was sent.</summary>
    public bool IsOver => _isGone || _over.Task.IsCompleted;

    /// <summary>True if the server sent something from outside the root.</summary>
    public bool HasSeenLeak { get; private set; }

    public bool HasMeddled => _meddler.HasMeddled;

    public Meddler Meddler => _meddler;

    /// <summary>Called by the reading loop for every packet of the service and connection layers.</summary>
    public Func<MessageNumber, byte[], Task> OnMessage { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>Stops reading from now on.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>Sends the identification string.</summary>
    public async Task BeginAsync()
    {
        _clientVersion = Encoding.ASCII.GetBytes("SSH-2.0-fuzz_1.0");
        await SendWireAsync(FuzzStage.Version, [.. _clientVersion, .. "\r\n"u8]);
    }

    /// <summary>Reads until the connection is over; ends without an exception.</summary>
    public async Task ReadAsync()
    {
        try
        {
            while (!IsDeaf)
            {
                ReadResult result = await _connection.Input.ReadAsync();
                if (_isLeak(result.Buffer.ToArray()))
                {
                    HasSeenLeak = true;
                }

                ReadOnlySequence<byte> rest = result.Buffer;
                List<byte[]> packets = TakePackets(ref rest);
                _connection.Input.AdvanceTo(rest.Start, result.Buffer.End);
                foreach (byte[] packet in packets)
                {
                    await HandleAsync(packet);
                }

                if (packets.Count == 0 && (result.IsCompleted || result.IsCanceled))
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is IOException or SshProtocolException or InvalidOperationException)
        {
            // The connection broke, or the meddling made the two sides disagree on keys: over either way.
            _over.TrySetResult();
        }
        finally
        {
            if (!IsDeaf)
            {
                _over.TrySetResult();
            }
        }
    }

    /// <summary>Sends one payload through the meddler.</summary>
    public async Task SendAsync(FuzzStage stage, byte[] payload)
    {
        // Between its KEXINIT and its NEWKEYS a peer says nothing else (RFC 4253 §7.1), but for one that cheats.
        if (stage != FuzzStage.KeyExchange && IsInKeyExchange && _random.Next(50) != 0)
        {
            await WaitAsync(_keysSent.Task);
        }

        await _sending.WaitAsync();
        try
        {
            foreach (byte[] changed in _meddler.Payloads(stage, payload))
            {
                await SendFrameAsync(stage, changed);
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Waits for something that the server does; false if it is over first or nothing comes.</summary>
    public async Task<bool> WaitAsync(Task task)
    {
        if (IsOver)
        {
            return task.IsCompletedSuccessfully;
        }

        try
        {
            await Task.WhenAny(task, _over.Task).WaitAsync(HasMeddled ? Patience / 5 : Patience);
        }
        catch (TimeoutException)
        {
            return false;
        }

        return task.IsCompletedSuccessfully;
    }

    public void StartCompression()
    {
        if (_plan.IsCompressed)
        {
            _compressor ??= new PayloadCompressor();
            _decompressor ??= new PayloadDecompressor();
        }
    }

    public void Dispose()
    {
        _isGone = true;
        _reader.Dispose();
        _sealer.Dispose();
        _compressor?.Dispose();
        _decompressor?.Dispose();
        _keys?.Dispose();
        _agreement?.Dispose();
        _sending.Dispose();
    }

    private List<byte[]> TakePackets(ref ReadOnlySequence<byte> rest)
    {
        var packets = new List<byte[]>();
        if (_serverVersion.Length == 0)
        {
            SequencePosition? end = rest.PositionOf((byte)'\n');
            if (end is null)
            {
                return packets;
            }

            _serverVersion = Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(rest.Slice(0, end.Value)).TrimEnd('\r'));
            rest = rest.Slice(rest.GetPosition(1, end.Value));
        }

        // After NEWKEYS the keys change, so that what follows is taken in the next round.
        while (_reader.TryRead(ref rest, out ReadOnlySpan<byte> payload))
        {
            if (_decompressor is not null && !_decompressor.TryDecompress(payload, 1 << 20, out payload))
            {
                throw new IOException("the server's packet does not decompress");
            }

            packets.Add(payload.ToArray());
            var number = (MessageNumber)payload[0];
            if (number == MessageNumber.NewKeys)
            {
                TakeNewKeys();
            }
            else if (number == MessageNumber.UserauthSuccess)
            {
                StartCompression();
            }
            else if (number == MessageNumber.KexReplyOrGroup)
            {
                TakeReply(payload);
            }
        }

        return packets;
    }

    private async Task HandleAsync(byte[] packet)
    {
        var number = (MessageNumber)packet[0];
        if (MessageRules.IsKeyExchange(number))
        {
            await OnKeyExchangeAsync(number, packet);
        }
        else
        {
            await OnMessage(number, packet);
        }
    }

    private async Task SendFrameAsync(FuzzStage stage, byte[] payload)
    {
        if (_compressor is not null)
        {
            payload = _compressor.Compress(payload).ToArray();
        }

        byte[] frame = Build(payload);
        _meddler.Frame(stage, frame);
        _sealer.Seal(_sequence++, frame);
        await SendWireAsync(stage, frame);
    }

    private byte[] Build(ReadOnlySpan<byte> payload)
    {
        int block = _sealer.BlockSize;
        int unpadded = 1 + payload.Length + (_sealer.PadsLength ? 4 : 0);
        int padding = block - (unpadded % block);
        padding += padding < 4 ? block : 0;
        var frame = new byte[4 + 1 + payload.Length + padding + _sealer.TagLength];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)(1 + payload.Length + padding));
        frame[4] = (byte)padding;
        payload.CopyTo(frame.AsSpan(5));
        return frame;
    }

    private async Task SendWireAsync(FuzzStage stage, byte[] bytes)
    {
        bytes = _meddler.Wire(stage, bytes);
        long left = _plan.EndAfterBytes - _sentBytes;
        if (bytes.Length > left)
        {
            bytes = bytes[..(int)Math.Max(0, left)];
        }

        _sentBytes += bytes.Length;
        int at = 0;
        while (at < bytes.Length && !IsOver)
        {
            int count = Math.Min(bytes.Length - at, NextChunk());
            try
            {
                FlushResult flushed = await _connection.Output.WriteAsync(bytes.AsMemory(at, count));
                if (flushed.IsCompleted)
                {
                    _isGone = true;
                }
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                _isGone = true;
            }

            at += count;
        }

        if (_sentBytes >= _plan.EndAfterBytes)
        {
            _isGone = true;
        }
    }

    private int NextChunk() => _plan.Pace switch
    {
        FuzzPace.SingleBytes when _sentBytes < 4_000 => 1,
        FuzzPace.Whole => int.MaxValue,
        _ => _random.Next(1, 2_000),
    };
}
