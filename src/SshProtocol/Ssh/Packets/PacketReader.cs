using System.Buffers;
using System.Runtime.InteropServices;
using Hpc.Crypto.Packets;

namespace Hpc.SshProtocol.Ssh.Packets;

/// <summary>
/// Cuts received bytes into packets and opens them where they lie (RFC 4253 §6). The payload that it hands out is borrowed from the receive buffer
/// until the buffer is advanced, or, where <see cref="IsCopied"/>, until the next packet is read.
/// </summary>
internal sealed class PacketReader : IDisposable
{
    private const int MinimumPadding = 4;

    private PacketOpener _opener;
    private int? _frameLength;
    private byte[]? _scratch;
    private bool _trustsPeer;

    public PacketReader(PacketOpener opener) => _opener = opener;

    /// <summary>Sequence number of the next packet (RFC 4253 §6.4).</summary>
    public uint Sequence { get; private set; }

    /// <summary>True if the last payload lies in the reader's own memory, because its frame was not contiguous.</summary>
    public bool IsCopied { get; private set; }

    /// <summary>Largest packet_length accepted; 35,000 bytes in all must be (RFC 4253 §6.1).</summary>
    public int MaxPacketLength { get; set; } = 35_000;

    /// <summary>Bytes opened with the current keys.</summary>
    public long BytesSinceKeys { get; private set; }

    /// <summary>Packets opened with the current keys.</summary>
    public long PacketsSinceKeys { get; private set; }

    /// <summary>True if a part of a packet has been read.</summary>
    public bool IsInsidePacket => _frameLength is not null;

    /// <summary>Takes the next whole packet from the front of <paramref name="buffer"/>; false if it is not all there yet.</summary>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (_frameLength is null && !TryReadLength(buffer))
        {
            return false;
        }

        int frameLength = _frameLength!.Value;
        if (buffer.Length < frameLength)
        {
            return false;
        }

        Span<byte> frame = FrameAt(buffer, frameLength);
        if (!IsCopied)
        {
            _opener.LookAhead(Sequence, buffer.FirstSpan);
        }

        if (!_opener.Open(Sequence, frame))
        {
            throw SshProtocolException.MacMismatch();
        }

        int packetLength = frameLength - 4 - _opener.TagLength;
        int padding = frame[4];
        if (padding < MinimumPadding || padding > packetLength - 2)
        {
            // A payload is at least its message number.
            throw SshProtocolException.MacMismatch();
        }

        payload = frame.Slice(5, packetLength - 1 - padding);
        buffer = buffer.Slice(frameLength);
        _frameLength = null;
        Sequence++;
        PacketsSinceKeys++;
        BytesSinceKeys += frameLength;
        return true;
    }

    /// <summary>Takes new keys for the next packet on. Strict key exchange starts the sequence again.</summary>
    public void ChangeKeys(PacketOpener opener, bool resetSequence)
    {
        _opener.Dispose();
        _opener = opener;
        if (_trustsPeer)
        {
            _opener.TrustPeer();
        }

        BytesSinceKeys = 0;
        PacketsSinceKeys = 0;
        if (resetSequence)
        {
            Sequence = 0;
        }
    }

    /// <summary>The peer has logged in (<see cref="PacketOpener.TrustPeer"/>), for these keys and all that follow.</summary>
    public void TrustPeer()
    {
        _trustsPeer = true;
        _opener.TrustPeer();
    }

    public void Dispose() => _opener.Dispose();

    private bool TryReadLength(ReadOnlySequence<byte> buffer)
    {
        int headerLength = _opener.HeaderLength;
        if (buffer.Length < headerLength)
        {
            return false;
        }

        scoped ReadOnlySpan<byte> header = buffer.FirstSpan;
        Span<byte> copy = stackalloc byte[64];
        if (header.Length < headerLength)
        {
            buffer.Slice(0, headerLength).CopyTo(copy);
            header = copy;
        }

        uint length = _opener.ReadLength(Sequence, header[..headerLength]);
        int padded = (int)Math.Min(length, int.MaxValue - 4) + (_opener.PadsLength ? 4 : 0);
        if (length < 1 + 1 + MinimumPadding || length > MaxPacketLength || padded % _opener.BlockSize != 0)
        {
            throw SshProtocolException.MacMismatch();
        }

        _frameLength = 4 + (int)length + _opener.TagLength;
        return true;
    }

    private Span<byte> FrameAt(ReadOnlySequence<byte> buffer, int frameLength)
    {
        if (buffer.FirstSpan.Length >= frameLength)
        {
            // The connection hands out writable memory, which is ours until it is advanced (IConnection.Input).
            IsCopied = false;
            return MemoryMarshal.AsMemory(buffer.First).Span[..frameLength];
        }

        IsCopied = true;
        if (_scratch is null || _scratch.Length < frameLength)
        {
            _scratch = GC.AllocateUninitializedArray<byte>(Math.Max(frameLength, 4096), pinned: true);
        }

        Span<byte> frame = _scratch.AsSpan(0, frameLength);
        buffer.Slice(0, frameLength).CopyTo(frame);
        return frame;
    }
}
