using Hpc.Transport.Buffers;

namespace Hpc.Transport.Pipes;

/// <summary>
/// The bytes that were written and not yet taken by the kernel, in the blocks they were written into. A block is returned as soon as its last byte is sent
/// and nobody holds memory of it.
/// </summary>
internal sealed class SendQueue(BlockPool pool)
{
    /// <summary>Unsent bytes beyond this are a fault of the protocol, whose outbox has a bound of its own.</summary>
    public const long MaximumUnsent = 64L * 1024 * 1024;

    // A ring. Only the newest entry is written to, only the oldest is sent from; both may be the same one.
    //  block:  |sent|unsent|room|
    //          0    Sent   Written
    private Entry[] _entries = new Entry[2];
    private long _written;
    private long _sent;
    private int _first;
    private int _count;
    private bool _isMemoryOut;    // somebody writes into the newest block behind Written
    private bool _isSending;      // the kernel reads from the oldest block behind Sent

    /// <summary>Bytes written since the beginning.</summary>
    public long Written
    {
        get => Volatile.Read(ref _written);
        private set => Volatile.Write(ref _written, value);
    }

    /// <summary>Bytes sent since the beginning.</summary>
    public long Sent
    {
        get => Volatile.Read(ref _sent);
        private set => Volatile.Write(ref _sent, value);
    }

    /// <summary>Bytes written and not sent. May be asked by the writer while a send goes on: what it takes meanwhile may or may not count.</summary>
    public long Unsent
    {
        get
        {
            long sent = Sent;
            return Written - sent;
        }
    }

    private ref Entry Oldest => ref At(0);

    private ref Entry Newest => ref At(_count - 1);

    public Memory<byte> GetRoom(int sizeHint)
    {
        int length = Math.Max(sizeHint, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, BlockPool.Huge, nameof(sizeHint));
        ReleaseRoom();
        if (_count == 0 || Newest.Block.Length - Newest.Written < length)
        {
            Append(length);
        }

        _isMemoryOut = true;
        return Newest.Block.Memory[Newest.Written..];
    }

    public void Advance(int count)
    {
        if (count == 0 && !_isMemoryOut)
        {
            return;
        }

        if (!_isMemoryOut || (uint)count > (uint)(Newest.Block.Length - Newest.Written))
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "More than GetMemory gave out.");
        }

        if (Written - Sent + count > MaximumUnsent)
        {
            throw new InvalidOperationException($"More than {MaximumUnsent} bytes are written and not sent.");
        }

        Newest.Written += count;
        Written += count;
        ReleaseRoom();
    }

    /// <summary>Memory that was given out by <see cref="GetRoom"/> is no longer written to.</summary>
    public void ReleaseRoom()
    {
        _isMemoryOut = false;
        if (_count > 0 && Newest.Sent == Newest.Written)
        {
            Return(ref Newest);
            _count--;
        }
    }

    /// <summary>The next bytes to send, up to the position <paramref name="target"/>; they are in use until <see cref="EndSend"/>.</summary>
    public ReadOnlyMemory<byte> BeginSend(long target)
    {
        _isSending = true;
        int length = (int)Math.Min(Oldest.Written - Oldest.Sent, target - Sent);
        return Oldest.Block.Memory.Slice(Oldest.Sent, length);
    }

    public void EndSend(int count)
    {
        _isSending = false;
        Oldest.Sent += count;
        Sent += count;
        if (Oldest.Sent == Oldest.Written && (_count > 1 || !_isMemoryOut))
        {
            RemoveOldest();
        }
    }

    /// <summary>Forgets what is unsent and returns every block that nobody reads from or writes to.</summary>
    public void Drop()
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            Entry entry = At(i);
            At(i) = default;
            if ((_isSending && i == 0) || (_isMemoryOut && i == _count - 1))
            {
                At(kept++) = entry;
            }
            else
            {
                entry.Block.Return();
            }
        }

        _count = kept;
        if (!_isSending)
        {
            Written = Sent;
            if (_count > 0)
            {
                Newest.Sent = Newest.Written;
            }
        }
    }

    private void RemoveOldest()
    {
        Return(ref Oldest);
        _first = (_first + 1) & (_entries.Length - 1);
        _count--;
    }

    private void Append(int length)
    {
        // Small messages that add up share larger and larger blocks, so that few sends carry them.
        int grown = _count == 0 ? BlockPool.Small : Newest.Block.Length < BlockPool.Medium ? BlockPool.Medium : BlockPool.Large;
        if (_count == _entries.Length)
        {
            Grow();
        }

        PinnedBlock block = pool.Rent(Math.Max(length, grown), BufferRole.Send);
        _count++;
        Newest = new Entry { Block = block };
    }

    private void Grow()
    {
        var entries = new Entry[_entries.Length * 2];
        for (int i = 0; i < _count; i++)
        {
            entries[i] = At(i);
        }

        _entries = entries;
        _first = 0;
    }

    private ref Entry At(int index) => ref _entries[(_first + index) & (_entries.Length - 1)];

    private static void Return(ref Entry entry)
    {
        entry.Block.Return();
        entry = default;
    }

    private struct Entry
    {
        public PinnedBlock Block;
        public int Sent;
        public int Written;
    }
}
