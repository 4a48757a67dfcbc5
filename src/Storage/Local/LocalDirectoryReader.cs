using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

/// <summary>
/// Reads a directory in pieces of one buffer, whatever its size. Of a list, the first piece may be read on the calling thread and all others are read on a worker;
/// a stream stays on the calling thread while that is quick.
/// </summary>
internal sealed partial class LocalDirectoryReader(SafeDescriptor descriptor, LocalDispatcher dispatcher) : IDirectoryStream
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

    private bool TryTake(int directory, out DirectoryEntry entry)
    {
        int length = Peek(directory, out ReadOnlySpan<byte> name, out EntryAttributes attributes);
        _position += length;
        entry = name.IsEmpty ? default : new DirectoryEntry(PathText.Decode(name), attributes);
        return !name.IsEmpty;
    }

    /// <summary>The entry at the position and the length of its record. The name is empty for <c>.</c>, <c>..</c> and what vanished meanwhile.</summary>
    private unsafe int Peek(int directory, out ReadOnlySpan<byte> name, out EntryAttributes attributes)
    {
        ReadOnlySpan<byte> record = _buffer.AsSpan(_position, _filled - _position);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(record[LengthOffset..]);
        record = record[..length];

        name = record[NameOffset..];
        name = name[..name.IndexOf((byte)0)];
        attributes = default;
        if (name[0] == (byte)'.' && (name.Length == 1 || name.SequenceEqual(".."u8)))
        {
            name = default;
            return length;
        }

        Unsafe.SkipInit(out StatXBuffer stat);
        fixed (byte* pointer = name)
        {
            int returned = NativeMethods.StatX(
                directory, pointer, OpenFlag.AtSymbolicLinkNoFollow, StatXBuffer.BasicStats, &stat);
            if (returned < 0)
            {
                if (NativeMethods.LastErrno == Errno.NoEntry)
                {
                    name = default;
                    return length;
                }

                // A directory that may be read but not searched: the name and its type are all there is. DT_ values are st_mode >> 12.
                stat = default;
                stat.Mode = (ushort)(record[TypeOffset] << 12);
                stat.LinkCount = 1;
            }
        }

        attributes = stat.ToAttributes();
        return length;
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
