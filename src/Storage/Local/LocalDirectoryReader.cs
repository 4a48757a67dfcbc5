using System.Buffers;
using System.Buffers.Binary;
using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

/// <summary>
/// Reads a directory in pieces of one buffer, whatever its size. The first piece may be read on the calling thread; all others are read on a worker.
/// </summary>
internal sealed class LocalDirectoryReader(SafeDescriptor descriptor, LocalDispatcher dispatcher) : IDirectoryReader
{
    private const int BufferLength = 32 * 1024;

    // About a millisecond of stat calls in the dentry cache.
    private const int FirstPiece = 1000;

    //  uint64    inode
    //  int64     position of the next entry
    //  uint16    length of this record
    //  byte      type
    //  byte[]    name, NUL
    private const int LengthOffset = 16;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;

    private byte[]? _buffer;
    private int _position;
    private int _filled;
    private bool _isStarted;

    /// <inheritdoc/>
    public ValueTask<StorageResult<int>> ReadAsync(ICollection<DirectoryEntry> entries, int limit, CancellationToken ct)
    {
        if (limit < 1)
        {
            return ValueTask.FromResult<StorageResult<int>>(StorageError.InvalidArgument);
        }

        if (_isStarted)
        {
            return dispatcher.OnWorkerAsync((this, entries, limit), static s => s.Item1.Read(s.entries, s.limit), ct);
        }

        _isStarted = true;
        return dispatcher.MetadataAsync((this, entries, limit), static s => s.Item1.Read(s.entries, Math.Min(s.limit, FirstPiece)), ct);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        ReturnBuffer();
        await dispatcher.ReleaseAsync(descriptor).ConfigureAwait(false);
    }

    private StorageResult<int> Read(ICollection<DirectoryEntry> entries, int limit)
    {
        using SafeDescriptor.Lease lease = descriptor.Acquire();
        int added = 0;
        while (added < limit)
        {
            if (_position == _filled)
            {
                int errno = Fill(lease.Descriptor);
                if (errno != 0)
                {
                    // What was read before the error is not lost; the next call says why.
                    return added > 0 ? added : Errno.ToStorageError(errno);
                }

                if (_filled == 0)
                {
                    ReturnBuffer();
                    break;
                }
            }

            if (TryTake(lease.Descriptor, out DirectoryEntry entry))
            {
                entries.Add(entry);
                added++;
            }
        }

        return added;
    }

    private unsafe int Fill(int directory)
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(BufferLength);
        _position = _filled = 0;
        fixed (byte* pointer = _buffer)
        {
            nint filled = NativeMethods.GetDirectoryEntries(SystemCall.GetDirectoryEntries, directory, pointer, BufferLength);
            if (filled < 0)
            {
                // ENOENT: the directory itself was deleted, so there is nothing left in it.
                return NativeMethods.LastErrno is var errno && errno == Errno.NoEntry ? 0 : errno;
            }

            _filled = (int)filled;
            return 0;
        }
    }

    /// <summary>False for <c>.</c>, <c>..</c> and what vanished meanwhile.</summary>
    private unsafe bool TryTake(int directory, out DirectoryEntry entry)
    {
        ReadOnlySpan<byte> record = _buffer.AsSpan(_position, _filled - _position);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(record[LengthOffset..]);
        record = record[..length];
        _position += length;

        ReadOnlySpan<byte> name = record[NameOffset..];
        name = name[..name.IndexOf((byte)0)];
        entry = default;
        if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
        {
            return false;
        }

        StatXBuffer stat = default;
        fixed (byte* pointer = name)
        {
            int returned = NativeMethods.StatX(
                directory, pointer, OpenFlag.AtSymbolicLinkNoFollow, StatXBuffer.BasicStats, &stat);
            if (returned < 0)
            {
                if (NativeMethods.LastErrno == Errno.NoEntry)
                {
                    return false;
                }

                // A directory that may be read but not searched: the name and its type are all there is. DT_ values are st_mode >> 12.
                stat.Mode = (ushort)(record[TypeOffset] << 12);
                stat.LinkCount = 1;
            }
        }

        entry = new DirectoryEntry(PathText.Decode(name), stat.ToAttributes());
        return true;
    }

    private void ReturnBuffer()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
            _position = _filled = 0;
        }
    }
}
