namespace Hpc.Storage.Memory;

/// <summary>The bytes of a file in blocks; a block that was never written is not there and reads as zeros.</summary>
internal sealed class MemoryContent(MemoryVolume volume)
{
    public const int BlockLength = 4096;

    /// <summary>Longest file: what ext4 takes.</summary>
    public const long MaxLength = 1L << 44;

    private readonly Dictionary<long, byte[]> _blocks = [];

    public long Length { get; private set; }

    /// <summary>Copies what there is; fewer bytes than asked only at the end.</summary>
    public int Read(long offset, Span<byte> destination)
    {
        int total = (int)Math.Clamp(Length - offset, 0, destination.Length);
        for (int done = 0; done < total;)
        {
            (long block, long within) = Math.DivRem(offset + done, BlockLength);
            Span<byte> piece = destination[done..Math.Min(total, done + BlockLength - (int)within)];
            if (_blocks.TryGetValue(block, out byte[]? bytes))
            {
                bytes.AsSpan((int)within, piece.Length).CopyTo(piece);
            }
            else
            {
                piece.Clear();
            }

            done += piece.Length;
        }

        return total;
    }

    /// <summary>Writes what fits; the error is that of the first byte that did not.</summary>
    public int Write(long offset, ReadOnlySpan<byte> source, out StorageError error)
    {
        error = StorageError.None;
        int done = 0;
        while (done < source.Length)
        {
            (long block, long within) = Math.DivRem(offset + done, BlockLength);
            if (offset >= MaxLength - done)
            {
                error = StorageError.TooLarge;
                break;
            }

            if (!_blocks.TryGetValue(block, out byte[]? bytes))
            {
                if (!volume.TryTakeBlock())
                {
                    error = StorageError.NoSpace;
                    break;
                }

                bytes = _blocks[block] = new byte[BlockLength];
            }

            int length = Math.Min(source.Length - done, BlockLength - (int)within);
            source.Slice(done, length).CopyTo(bytes.AsSpan((int)within));
            done += length;
            Length = Math.Max(Length, offset + done);
        }

        return done;
    }

    /// <summary>Cuts or extends; what is cut off reads as zeros when the file grows again.</summary>
    public void SetLength(long length)
    {
        if (length < Length)
        {
            (long last, long within) = Math.DivRem(length, BlockLength);
            foreach (long block in _blocks.Keys.Where(block => block > last || (block == last && within == 0)).ToArray())
            {
                _blocks.Remove(block);
                volume.ReturnBlocks(1);
            }

            if (_blocks.TryGetValue(last, out byte[]? cut))
            {
                cut.AsSpan((int)within).Clear();
            }
        }

        Length = length;
    }
}
