using System.Buffers.Binary;

namespace Hpc.Crypto.Lanes;

/// <summary>
/// One lane's message as three stretches of whole blocks: the first block, which begins with the sequence number; the packet's own memory; and the end.
/// </summary>
/// <remarks>Unsafe because the middle stretch is read where it lies.</remarks>
internal unsafe struct LaneInput
{
    //  first block   sequence number, 60 bytes of data
    //  end           what is left of the data, 0x80, zeros, uint64 bits
    public const int ScratchLength = 3 * Sha256Constants.BlockLength;

    private const int BlockLength = Sha256Constants.BlockLength;

    private byte* _middle;
    private byte* _end;
    private nint _middleBlocks;
    private nint _endBlocks;

    /// <summary>The next block.</summary>
    public byte* Position { get; private set; }

    /// <summary>Blocks that follow each other from there; zero at the end of the message.</summary>
    public nint Blocks { get; private set; }

    /// <summary>Begins a message; <paramref name="hashedBefore"/> bytes (the HMAC key's block) count in its length.</summary>
    public void Begin(byte* scratch, in LaneMessage message, int hashedBefore)
    {
        int total = sizeof(uint) + message.Length;
        nint whole = total / BlockLength;
        int left = total % BlockLength;
        BinaryPrimitives.WriteUInt32BigEndian(new Span<byte>(scratch, sizeof(uint)), message.Sequence);
        int copied = Math.Min(message.Length, BlockLength - sizeof(uint));
        Buffer.MemoryCopy(message.Data, scratch + sizeof(uint), BlockLength - sizeof(uint), copied);
        Position = scratch;
        Blocks = Math.Min(whole, 1);
        _middle = message.Data + BlockLength - sizeof(uint);
        _middleBlocks = Math.Max(whole - 1, 0);

        // A message of less than a block is all end.
        _end = scratch + (whole == 0 ? 0 : BlockLength);
        if (whole != 0)
        {
            Buffer.MemoryCopy(message.Data + message.Length - left, _end, BlockLength, left);
        }

        _endBlocks = (left + 1 + sizeof(ulong) + BlockLength - 1) / BlockLength;
        var rest = new Span<byte>(_end + left, ((int)_endBlocks * BlockLength) - left);
        rest.Clear();
        rest[0] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(rest[^sizeof(ulong)..], (ulong)(hashedBefore + total) * 8);
        if (Blocks == 0)
        {
            NextStretch();
        }
    }

    public void Advance(nint blocks)
    {
        Position += blocks * BlockLength;
        Blocks -= blocks;
        if (Blocks == 0)
        {
            NextStretch();
        }
    }

    private void NextStretch()
    {
        if (_middleBlocks != 0)
        {
            Position = _middle;
            Blocks = _middleBlocks;
            _middleBlocks = 0;
        }
        else
        {
            Position = _end;
            Blocks = _endBlocks;
            _endBlocks = 0;
        }
    }
}
