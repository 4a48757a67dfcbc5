using Hpc.Storage;

namespace Hpc.SshProtocol.Ssh.Channels;

/// <summary>
/// Writes a stretch of a channel's stream straight into the packets that will carry it. The stretch is cut into packet slots of equal size
/// in one block; the gaps for headers, padding and tags are left free and filled by the channel afterwards. Positions count stream bytes from the start of the stretch.
/// </summary>
internal unsafe ref struct BulkWriter
{
    //  block:  |headroom|payload ... (SlotPayload)|tailroom|headroom|payload ...|tailroom| ...
    private readonly byte* _firstPayload;
    private readonly int _slotStride;

    /// <param name="firstPayload">Where the first payload byte of the first slot lies.</param>
    /// <param name="slotPayload">Payload bytes per slot.</param>
    /// <param name="slotStride">Distance between the first payload bytes of two slots.</param>
    /// <param name="room">Stream bytes that may be written: the lesser of the block's room and the peer's window.</param>
    /// <param name="blockRoom">Stream bytes that the block could hold if the window were no limit.</param>
    public BulkWriter(byte* firstPayload, int slotPayload, int slotStride, int room, int blockRoom)
    {
        _firstPayload = firstPayload;
        SlotPayload = slotPayload;
        _slotStride = slotStride;
        Room = room;
        BlockRoom = blockRoom;
    }

    /// <summary>Payload bytes per slot.</summary>
    public int SlotPayload { get; }

    /// <summary>Stream bytes that may be written in all: the lesser of the block's room and the peer's window.</summary>
    public int Room { get; }

    /// <summary>Stream bytes that the block could hold if the window were no limit.</summary>
    public int BlockRoom { get; }

    /// <summary>Stream bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Appends bytes (copied).</summary>
    public void Append(scoped ReadOnlySpan<byte> bytes)
    {
        int position = Length;
        EnsureRoom(bytes.Length);
        Length += bytes.Length;
        Patch(position, bytes);
    }

    /// <summary>Overwrites bytes at an earlier position.</summary>
    public readonly void Patch(int position, scoped ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int inSlot = position % SlotPayload;
            int count = Math.Min(bytes.Length, SlotPayload - inSlot);
            bytes[..count].CopyTo(new Span<byte>(AddressOf(position), count));
            bytes = bytes[count..];
            position += count;
        }
    }

    /// <summary>
    /// Appends room for <paramref name="length"/> bytes that somebody else writes (a vectored read), and adds where they lie to <paramref name="segments"/>
    /// from index <paramref name="count"/> on. Needs at most <c>length / SlotPayload + 2</c> free entries.
    /// </summary>
    public void Reserve(int length, Span<PinnedSegment> segments, ref int count)
    {
        EnsureRoom(length);
        int position = Length;
        Length += length;
        while (length > 0)
        {
            int inSlot = position % SlotPayload;
            int part = Math.Min(length, SlotPayload - inSlot);
            segments[count++] = new PinnedSegment(AddressOf(position), (nuint)part);
            position += part;
            length -= part;
        }
    }

    /// <summary>Takes back everything after <paramref name="length"/> stream bytes.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)Length);
        Length = length;
    }

    private readonly byte* AddressOf(int position) => _firstPayload + ((long)(position / SlotPayload) * _slotStride) + (position % SlotPayload);

    private readonly void EnsureRoom(int length)
    {
        if (length > Room - Length)
        {
            throw new InvalidOperationException($"{length} bytes do not fit: {Length} of {Room} are written.");
        }
    }
}
