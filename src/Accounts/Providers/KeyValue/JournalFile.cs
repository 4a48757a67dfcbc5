using System.Buffers.Binary;
using Hpc.Accounts.Data;
using Microsoft.Win32.SafeHandles;

namespace Hpc.Accounts.KeyValue;

/// <summary>The open file, whose last whole frame is known. One caller at a time; blocks for the disk.</summary>
internal sealed class JournalFile : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly SafeFileHandle _handle;
    private ulong _number;

    private JournalFile(string path, SafeFileHandle handle)
    {
        Path = path;
        _handle = handle;
    }

    public string Path { get; }

    /// <summary>Where the next frame begins.</summary>
    public long Length { get; private set; }

    /// <summary>Bytes behind the last whole frame when it was read.</summary>
    public long Torn { get; private set; }

    /// <summary>The version that a file says it has; 0 if there is none.</summary>
    /// <exception cref="DataProviderException">It is a file of something else, or not even its head.</exception>
    public static int ReadVersion(string path)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] head = new byte[JournalFormat.HeadLength];
        int read = RandomAccess.Read(handle, head, 0);
        if (!head.AsSpan(0, Math.Min(read, JournalFormat.Magic.Length)).SequenceEqual(JournalFormat.Magic[..Math.Min(read, JournalFormat.Magic.Length)]))
        {
            throw new DataProviderException($"'{path}' is no key-value file of this program.");
        }

        // A file is renamed to its place when it has all that it was made with.
        return read == head.Length
            ? (int)BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(8))
            : throw new DataProviderException($"'{path}' is cut short. Restore it from a backup, or delete it for a new one.");
    }

    /// <summary>Makes a file of these records that is to take the place of another; it is on disk when this returns, and in nobody's way.</summary>
    public static JournalFile Prepare(string path, IEnumerable<ReadOnlyMemory<byte>> frames)
    {
        string temporary = Temporary(path);
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        new FileStream(temporary, options).Dispose();
        SafeFileHandle handle = Open(temporary);
        try
        {
            var file = new JournalFile(path, handle) { Length = JournalFormat.HeadLength };
            RandomAccess.Write(handle, JournalFormat.Head(), 0);
            foreach (ReadOnlyMemory<byte> records in frames)
            {
                file.Write(records);
            }

            RandomAccess.FlushToDisk(handle);
            return file;
        }
        catch
        {
            handle.Dispose();
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Puts a prepared file in its place. If this throws, either of the two may be there after a crash.</summary>
    public void Publish()
    {
        File.Move(Temporary(Path), Path, overwrite: true);
        DirectorySync.Run(System.IO.Path.GetDirectoryName(Path)!);
    }

    /// <summary>
    /// Opens a file, cuts off what is behind <paramref name="keep"/> and calls back for the records of each frame. What is behind the last whole one is not taken for part of the file.
    /// </summary>
    /// <exception cref="DataProviderException">Something is wrong in front of a whole frame.</exception>
    public static JournalFile Open(string path, long keep, Action<long, ReadOnlyMemory<byte>> read)
    {
        SafeFileHandle handle = Open(path);
        try
        {
            if (RandomAccess.GetLength(handle) > keep)
            {
                RandomAccess.SetLength(handle, keep);
            }

            var file = new JournalFile(path, handle) { Length = JournalFormat.HeadLength };
            file.ReadAll(read);
            return file;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Writes a frame; it is on disk when this returns.</summary>
    public void Append(ReadOnlyMemory<byte> records)
    {
        (long length, ulong number) = (Length, _number);
        try
        {
            Write(records);
            RandomAccess.FlushToDisk(_handle);
        }
        catch
        {
            // Written and not on disk is not part of the file.
            (Length, _number) = (length, number);
            throw;
        }
    }

    /// <summary>Cuts off what is behind the last frame.</summary>
    public void CutTail()
    {
        RandomAccess.SetLength(_handle, Length);
        RandomAccess.FlushToDisk(_handle);
    }

    public void Dispose() => _handle.Dispose();

    private static string Temporary(string path) => path + ".new";

    private static SafeFileHandle Open(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    private void Write(ReadOnlyMemory<byte> records)
    {
        byte[] head = new byte[JournalFormat.FrameHeadLength];
        JournalFormat.WriteFrameHead(head, _number + 1, records.Span);
        RandomAccess.Write(_handle, [head, records], Length);
        Length += head.Length + records.Length;
        _number++;
    }

    private void ReadAll(Action<long, ReadOnlyMemory<byte>> read)
    {
        long end = RandomAccess.GetLength(_handle);
        byte[] buffer = [];
        while (Length < end)
        {
            int length = ReadFrame(Length, end, _number + 1, ref buffer);
            if (length < 0)
            {
                ThrowIfFrameFollows(end);
                Torn = end - Length;
                return;
            }

            read(Length, buffer.AsMemory(0, length));
            Length += JournalFormat.FrameHeadLength + length;
            _number++;
        }
    }

    // The length of the records; -1 if there is no whole frame here of at least this number.
    private int ReadFrame(long offset, long end, ulong number, ref byte[] buffer, bool isExact = true)
    {
        Span<byte> head = stackalloc byte[JournalFormat.FrameHeadLength];
        if (end - offset < head.Length || !TryRead(head, offset)
            || !JournalFormat.TryReadFrameHead(head, out ulong said, out int length)
            || (isExact ? said != number : said < number) || length > end - offset - head.Length)
        {
            return -1;
        }

        if (buffer.Length < length)
        {
            buffer = new byte[Math.Max(length, Math.Min(buffer.Length * 2, JournalFormat.MaxFrame))];
        }

        return TryRead(buffer.AsSpan(0, length), offset + head.Length) && JournalFormat.IsWhole(head, buffer.AsSpan(0, length)) ? length : -1;
    }

    private bool TryRead(Span<byte> buffer, long offset)
    {
        while (buffer.Length > 0)
        {
            int read = RandomAccess.Read(_handle, buffer, offset);
            if (read == 0)
            {
                return false;
            }

            buffer = buffer[read..];
            offset += read;
        }

        return true;
    }

    // A frame is begun when the one before it is on disk: a broken one in front of a whole one was not torn by a crash.
    private void ThrowIfFrameFollows(long end)
    {
        byte[] window = new byte[1 << 20];
        byte[] records = [];
        for (long offset = Length; end - offset >= JournalFormat.FrameHeadLength;)
        {
            Span<byte> seen = window.AsSpan(0, (int)Math.Min(window.Length, end - offset));
            if (!TryRead(seen, offset))
            {
                return;
            }

            int at = offset == Length ? seen[1..].IndexOf(JournalFormat.FrameMagic) + 1 : seen.IndexOf(JournalFormat.FrameMagic);
            if (offset == Length ? at == 0 : at < 0)
            {
                // A mark may lie across the end of the window.
                offset += Math.Max(1, seen.Length - JournalFormat.FrameMagic.Length + 1);
                continue;
            }

            if (ReadFrame(offset + at, end, _number + 1, ref records, isExact: false) >= 0)
            {
                throw new DataProviderException(
                    $"'{Path}' is damaged at byte {Length}, and whole changes follow at byte {offset + at}: the disk or another program did this. "
                    + "Restore the file from a backup, or load a dump into a new one. It was not changed.");
            }

            offset += at + 1;
        }
    }
}
