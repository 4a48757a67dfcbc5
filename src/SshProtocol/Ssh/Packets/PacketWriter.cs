using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hpc.Crypto.Packets;

namespace Hpc.SshProtocol.Ssh.Packets;

/// <summary>
/// Builds packets in the output pipe's own memory and seals them there (RFC 4253 §6). Every call is made with the connection's turn held.
/// One CHANNEL_DATA packet may stay open, so that consecutive writes to a channel share it; it is closed by the next packet or the flush.
/// </summary>
internal sealed unsafe class PacketWriter : IDisposable
{
    //  uint32    packet_length
    //  byte      padding_length
    //  byte[n1]  payload
    //  byte[n2]  random padding (4..)
    //  byte[m]   tag
    public const int HeaderLength = 5;

    // Zeros are as good as random under a cipher, whose keystream covers them; before the first keys there is nothing to hide.
    private const int MaxPadding = 4 + 31;

    private readonly PipeWriter _output;
    private PacketSealer _sealer;
    private byte* _openFrame;
    private int _openCapacity;
    private int _openLength;
    private bool _trustsPeer;

    public PacketWriter(PipeWriter output, PacketSealer sealer)
    {
        _output = output;
        _sealer = sealer;
    }

    /// <summary>Sequence number of the next packet (RFC 4253 §6.4).</summary>
    public uint Sequence { get; private set; }

    /// <summary>Bytes sealed with the current keys.</summary>
    public long BytesSinceKeys { get; private set; }

    /// <summary>Packets sealed with the current keys.</summary>
    public long PacketsSinceKeys { get; private set; }

    /// <summary>True if there is something for the next flush.</summary>
    public bool HasUnflushed => _openFrame != null || _output.UnflushedBytes > 0;

    /// <summary>Bytes waiting for a flush.</summary>
    public long UnflushedBytes => _output.UnflushedBytes + _openLength;

    /// <summary>Compresses payloads from now on; null while there is no compression.</summary>
    public PayloadCompressor? Compressor { get; set; }

    /// <summary>Room after a payload for padding and tag.</summary>
    public int TailRoom => MaxPadding + _sealer.TagLength;

    /// <summary>Sends one packet with this payload.</summary>
    public void WritePacket(ReadOnlySpan<byte> payload)
    {
        CloseOpenPacket();
        if (Compressor is { } compressor)
        {
            payload = compressor.Compress(payload);
        }

        byte* frame = Take(HeaderLength + payload.Length + TailRoom);
        payload.CopyTo(new Span<byte>(frame + HeaderLength, payload.Length));
        _output.Advance(Seal(frame, payload.Length));
    }

    /// <summary>
    /// The room behind what the open packet has so far; empty if none is open.
    /// </summary>
    public Span<byte> OpenRoom => _openFrame == null ? default : new Span<byte>(_openFrame + HeaderLength + _openLength, _openCapacity - _openLength);

    /// <summary>Payload bytes of the open packet so far.</summary>
    public int OpenLength => _openLength;

    /// <summary>Opens a packet that grows up to <paramref name="capacity"/> payload bytes.</summary>
    public void OpenPacket(int capacity)
    {
        CloseOpenPacket();
        _openFrame = Take(HeaderLength + capacity + TailRoom);
        _openCapacity = capacity;
        _openLength = 0;
    }

    /// <summary>Counts bytes that were written into <see cref="OpenRoom"/>.</summary>
    public void GrowOpenPacket(int count) => _openLength += count;

    /// <summary>Overwrites a uint32 of the open packet's payload.</summary>
    public void PatchOpenPacket(int position, uint value) =>
        BinaryPrimitives.WriteUInt32BigEndian(new Span<byte>(_openFrame + HeaderLength + position, 4), value);

    /// <summary>Seals the open packet, if there is one.</summary>
    public void CloseOpenPacket()
    {
        if (_openFrame == null)
        {
            return;
        }

        byte* frame = _openFrame;
        int length = _openLength;
        _openFrame = null;
        _openLength = 0;
        if (Compressor is { } compressor)
        {
            // The open packet was built in place; its compressed form takes its place, which may be larger by a few bytes.
            ReadOnlySpan<byte> compressed = compressor.Compress(new ReadOnlySpan<byte>(frame + HeaderLength, length));
            frame = Take(HeaderLength + compressed.Length + TailRoom);
            compressed.CopyTo(new Span<byte>(frame + HeaderLength, compressed.Length));
            length = compressed.Length;
        }

        _output.Advance(Seal(frame, length));
    }

    /// <summary>Takes contiguous memory for several frames that the caller lays out and seals with <see cref="Seal"/>.</summary>
    public byte* BeginFrames(int length)
    {
        CloseOpenPacket();
        return Take(length);
    }

    /// <summary>Frame bytes for a payload of this length: header, payload, padding, tag.</summary>
    public int FrameLength(int payloadLength) => HeaderLength + payloadLength + PaddingFor(payloadLength) + _sealer.TagLength;

    /// <summary>How many large frames are best sealed at once.</summary>
    public int BatchLength => _sealer.BatchLength;

    /// <summary>Writes header and padding around a payload that lies at <c>frame + HeaderLength</c>, seals, and returns the frame's length.</summary>
    public int Seal(byte* frame, int payloadLength)
    {
        int length = Frame(frame, payloadLength);
        _sealer.Seal(Sequence, new Span<byte>(frame, length));
        Count(1, length);
        return length;
    }

    /// <summary>Writes header and padding around a payload, for <see cref="SealFrames"/>, and returns the frame's length.</summary>
    public int Frame(byte* frame, int payloadLength)
    {
        int padding = PaddingFor(payloadLength);
        int packetLength = 1 + payloadLength + padding;
        BinaryPrimitives.WriteUInt32BigEndian(new Span<byte>(frame, 4), (uint)packetLength);
        frame[4] = (byte)padding;
        new Span<byte>(frame + HeaderLength + payloadLength, padding).Clear();
        return 4 + packetLength + _sealer.TagLength;
    }

    /// <summary>Seals frames that lie one behind the other.</summary>
    public void SealFrames(byte* frames, ReadOnlySpan<int> lengths)
    {
        int total = 0;
        foreach (int length in lengths)
        {
            total += length;
        }

        _sealer.SealMany(Sequence, new Span<byte>(frames, total), lengths);
        Count(lengths.Length, total);
    }

    /// <summary>Counts frames that were sealed in memory of <see cref="BeginFrames"/>.</summary>
    public void EndFrames(int length) => _output.Advance(length);

    /// <summary>Takes new keys for the next packet on. Strict key exchange starts the sequence again.</summary>
    public void ChangeKeys(PacketSealer sealer, bool resetSequence)
    {
        CloseOpenPacket();
        _sealer.Dispose();
        _sealer = sealer;
        if (_trustsPeer)
        {
            _sealer.TrustPeer();
        }

        BytesSinceKeys = 0;
        PacketsSinceKeys = 0;
        if (resetSequence)
        {
            Sequence = 0;
        }
    }

    /// <summary>The peer has logged in (<see cref="PacketSealer.TrustPeer"/>), for these keys and all that follow.</summary>
    public void TrustPeer()
    {
        _trustsPeer = true;
        _sealer.TrustPeer();
    }

    public void Dispose()
    {
        _openFrame = null;
        _sealer.Dispose();
        Compressor?.Dispose();
    }

    private void Count(int packets, int bytes)
    {
        Sequence = unchecked(Sequence + (uint)packets);
        PacketsSinceKeys += packets;
        BytesSinceKeys += bytes;
    }

    private int PaddingFor(int payloadLength)
    {
        int block = _sealer.BlockSize;
        int unpadded = 1 + payloadLength + (_sealer.PadsLength ? 4 : 0);
        int padding = block - (unpadded % block);
        return padding < 4 ? padding + block : padding;
    }

    // The pipe hands out pinned memory (IConnection.Output), so its address holds until it is advanced.
    private byte* Take(int length) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(_output.GetSpan(length)));
}
