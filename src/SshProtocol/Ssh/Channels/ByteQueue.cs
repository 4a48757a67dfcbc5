using Hpc.Transport.Buffers;

namespace Hpc.SshProtocol.Ssh.Channels;

/// <summary>
/// Bytes in rented blocks, taken from the front. Holds no block while it is empty. Its user bounds it: by the channel's window on the way in,
/// by one reply on the way out.
/// </summary>
internal sealed class ByteQueue(BlockPool pool, BufferRole role)
{
    // Made on demand: a backlog is rarely needed. At most a window's worth of blocks, so moving entries up costs nothing.
    private List<Entry>? _entries;

    /// <summary>Bytes in the queue.</summary>
    public int Length { get; private set; }

    public bool IsEmpty => Length == 0;

    /// <summary>The contiguous bytes at the front.</summary>
    public ReadOnlySpan<byte> First => Length == 0 ? default : _entries![0].Bytes;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            _entries ??= [];
            if (_entries.Count == 0 || _entries[^1].Room == 0)
            {
                _entries.Add(new Entry(pool.Rent(Math.Min(Math.Max(bytes.Length, Length), BlockPool.Huge), role), 0, 0));
            }

            Entry last = _entries[^1];
            int count = Math.Min(bytes.Length, last.Room);
            bytes[..count].CopyTo(last.Block.Span[last.End..]);
            _entries[^1] = last with { End = last.End + count };
            Length += count;
            bytes = bytes[count..];
        }
    }

    public void Consume(int count)
    {
        Length -= count;
        while (count > 0)
        {
            Entry first = _entries![0];
            int part = Math.Min(count, first.End - first.Start);
            count -= part;
            if (first.Start + part < first.End)
            {
                _entries[0] = first with { Start = first.Start + part };
            }
            else
            {
                _entries.RemoveAt(0);
                first.Block.Return();
            }
        }
    }

    /// <summary>Makes the front up to <paramref name="length"/> bytes long by joining it with what follows; false if nothing follows or it is long enough.</summary>
    public bool TryJoin(int length)
    {
        int first = First.Length;
        if (first >= length || first == Length)
        {
            return false;
        }

        int total = Math.Min(Length, length);
        PinnedBlock joined = pool.Rent(total, role);
        int copied = 0;
        while (copied < total)
        {
            ReadOnlySpan<byte> part = First;
            int count = Math.Min(part.Length, total - copied);
            part[..count].CopyTo(joined.Span[copied..]);
            copied += count;
            Consume(count);
        }

        _entries!.Insert(0, new Entry(joined, 0, total));
        Length += total;
        return true;
    }

    public void Clear() => Consume(Length);

    private readonly record struct Entry(PinnedBlock Block, int Start, int End)
    {
        public ReadOnlySpan<byte> Bytes => Block.Span[Start..End];

        public int Room => Block.Length - End;
    }
}
