using System.Buffers;
using Hpc.Benchmarks.Crypto;
using Hpc.Crypto.Packets;
using Hpc.SshProtocol.Ssh.Packets;

namespace Hpc.Benchmarks.Support;

/// <summary>A packet writer and the reader of its peer, with one block of memory between them.</summary>
internal sealed unsafe class PacketPair : IDisposable
{
    private const int Capacity = 512 * 1024;

    private readonly FixedPipeWriter _pipe = new(Capacity);
    private readonly PacketWriter _writer;
    private readonly PacketReader _reader;

    public PacketPair(string cipher)
    {
        (PacketSealer sealer, PacketOpener opener) = PacketKeys.Create(cipher, PacketKeys.MacOf(cipher));
        _writer = new PacketWriter(_pipe, sealer);
        _reader = new PacketReader(opener) { MaxPacketLength = Capacity };

        // As after a login.
        _writer.TrustPeer();
        _reader.TrustPeer();
    }

    /// <summary>Writes a packet and drops it.</summary>
    public void Write(ReadOnlySpan<byte> payload)
    {
        _writer.WritePacket(payload);
        _pipe.Take();
    }

    /// <summary>Writes a packet and reads it. Returns the payload's length.</summary>
    public int RoundTrip(ReadOnlySpan<byte> payload)
    {
        _writer.WritePacket(payload);
        var received = new ReadOnlySequence<byte>(_pipe.Take());
        return _reader.TryRead(ref received, out ReadOnlySpan<byte> read) && received.IsEmpty
            ? read.Length
            : throw new InvalidDataException("The packet was not read back.");
    }

    /// <summary>Lays out packets of this payload one behind the other, as a download does, seals them where they lie and drops them.</summary>
    public void WriteBatch(int payloadLength, int count)
    {
        SealBatch(payloadLength, count);
        _pipe.Take();
    }

    /// <summary>As <see cref="WriteBatch"/>, and reads them.</summary>
    public void RoundTripBatch(int payloadLength, int count)
    {
        SealBatch(payloadLength, count);
        var received = new ReadOnlySequence<byte>(_pipe.Take());
        for (int i = 0; i < count; i++)
        {
            if (!_reader.TryRead(ref received, out ReadOnlySpan<byte> read) || read.Length != payloadLength)
            {
                throw new InvalidDataException("A packet was not read back.");
            }
        }
    }

    public void Dispose()
    {
        _writer.Dispose();
        _reader.Dispose();
    }

    private void SealBatch(int payloadLength, int count)
    {
        int stride = _writer.FrameLength(payloadLength);
        byte* frames = _writer.BeginFrames(stride * count);
        Span<int> lengths = stackalloc int[count];
        for (int i = 0; i < count; i++)
        {
            lengths[i] = _writer.Frame(frames + (i * stride), payloadLength);
        }

        _writer.SealFrames(frames, lengths);
        _writer.EndFrames(stride * count);
    }
}
