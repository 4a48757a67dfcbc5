using System.Text;
using Hpc.SshProtocol.Sftp.Handles;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;
using Hpc.Transport.Buffers;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>check-file-name and check-file-handle (draft-ietf-secsh-filexfer-extensions-00 §3): hashes of a file or of its blocks.</summary>
internal static class CheckFileOperations
{
    private const int MinBlockSize = 256;
    private const int MaxHashBytes = 128 * 1024;
    private const int MaxAlgorithmListLength = 256;
    private const int ChunkLength = 256 * 1024;

    public static ValueTask<SftpReply> ByName(SftpServer server, ref WireReader fields)
    {
        if (!server.TryReadPath(ref fields, out VirtualPath path, out SftpReply refusal))
        {
            return new(refusal);
        }

        return TryReadRange(ref fields, out CheckRange range, out refusal) ? CheckNameAsync(server, path, range) : new(refusal);
    }

    public static ValueTask<SftpReply> ByHandle(SftpServer server, ref WireReader fields)
    {
        if (!server.TryReadFile(ref fields, out SftpFile file, out SftpReply refusal) || !TryReadRange(ref fields, out CheckRange range, out refusal))
        {
            return new(refusal);
        }

        return file.CanRead
            ? CheckAsync(server, file.File, range)
            : new(SftpReply.Failed(SftpStatus.PermissionDenied, "The file is not open for reading"));
    }

    private static bool TryReadRange(ref WireReader fields, out CheckRange range, out SftpReply refusal)
    {
        //  string   hash-algorithm-list
        //  uint64   start-offset
        //  uint64   length; 0 is up to the end
        //  uint32   block-size; 0 is one hash of all
        range = default;
        refusal = SftpReply.BadMessage;
        if (!fields.TryReadString(out ReadOnlySpan<byte> names) || !fields.TryReadUInt64(out ulong start)
            || !fields.TryReadUInt64(out ulong length) || !fields.TryReadUInt32(out uint blockSize))
        {
            return false;
        }

        if (names.Length > MaxAlgorithmListLength || !FileHash.TryChoose(Encoding.ASCII.GetString(names), out string algorithm))
        {
            refusal = SftpReply.Failed("None of the hash algorithms is known; use md5, sha1, sha256, sha384, sha512 or crc32");
            return false;
        }

        if (blockSize is > 0 and < MinBlockSize)
        {
            refusal = SftpReply.Failed("The block size is too small; it is 0 or at least 256");
            return false;
        }

        if (start > long.MaxValue || length > long.MaxValue || start + length > long.MaxValue)
        {
            refusal = SftpReply.Failed("The range is beyond the largest file");
            return false;
        }

        range = new CheckRange(algorithm, (long)start, length == 0 ? long.MaxValue - (long)start : (long)length, blockSize);
        return true;
    }

    private static async ValueTask<SftpReply> CheckNameAsync(SftpServer server, VirtualPath path, CheckRange range)
    {
        StorageResult<IFileHandle> opened = await server.Files.OpenFileAsync(path, OpenFlags.Read | OpenFlags.Hash, null, server.Lifetime).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        await using (opened.Value.ConfigureAwait(false))
        {
            SftpReply reply = await CheckAsync(server, opened.Value, range).ConfigureAwait(false);
            await opened.Value.CloseAsync().ConfigureAwait(false);
            return reply;
        }
    }

    private static async ValueTask<SftpReply> CheckAsync(SftpServer server, IFileHandle file, CheckRange range)
    {
        // Hashing is computing: never on the turn.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        StorageResult<EntryAttributes> attributes = await file.GetAttributesAsync(server.Lifetime).ConfigureAwait(false);
        if (!attributes.IsSuccess)
        {
            return attributes.Error;
        }

        if (IsStoredKind(range, attributes.Value.Size)
            && await file.GetStoredSha256Async(server.Lifetime).ConfigureAwait(false) is { IsSuccess: true } stored)
        {
            return Answer(server, range.Algorithm, stored.Value.Span);
        }

        long length = Math.Min(range.Length, Math.Max(0, attributes.Value.Size - range.Start));
        using var hash = FileHash.Create(range.Algorithm);
        long blocks = range.BlockSize == 0 ? 1 : Math.Max(1, (length + range.BlockSize - 1) / range.BlockSize);
        if (blocks > MaxHashBytes / hash.Length)
        {
            return SftpReply.Failed("Too many blocks for one reply; use a larger block size or a shorter range");
        }

        using var hashes = new MemoryStream();
        PinnedBlock block = server.Pool.Rent(ChunkLength, BufferRole.Storage);
        try
        {
            StorageError error = await HashAsync(server, file.WithoutTransfer, range with { Length = length }, block, hash, hashes).ConfigureAwait(false);
            return error == StorageError.None ? Answer(server, range.Algorithm, hashes.GetBuffer().AsSpan(0, (int)hashes.Length)) : error;
        }
        finally
        {
            block.Return();
        }
    }

    private static async ValueTask<StorageError> HashAsync(
        SftpServer server, IFileHandle file, CheckRange range, PinnedBlock block, FileHash hash, MemoryStream hashes)
    {
        var segment = new PinnedSegment[1];
        long offset = range.Start;
        long left = range.Length;
        long leftInBlock = range.BlockSize == 0 ? long.MaxValue : range.BlockSize;
        bool isOpen = true;
        while (left > 0)
        {
            segment[0] = Segment(block, (int)Math.Min(Math.Min(left, leftInBlock), ChunkLength));
            StorageResult<int> read = await file.ReadAsync(offset, segment, server.Lifetime).ConfigureAwait(false);
            if (!read.IsSuccess)
            {
                return read.Error;
            }

            if (read.Value == 0)
            {
                break;
            }

            hash.Append(block.Span[..read.Value]);
            isOpen = true;
            offset += read.Value;
            left -= read.Value;
            leftInBlock -= read.Value;
            if (leftInBlock == 0)
            {
                hashes.Write(hash.Finish());
                isOpen = false;
                leftInBlock = range.BlockSize;
            }

            server.Meter.Touch(Environment.TickCount64);
        }

        if (isOpen)
        {
            hashes.Write(hash.Finish());
        }

        return StorageError.None;
    }

    /// <summary>One SHA-256 of all that the file has, as it may be known from the upload.</summary>
    private static bool IsStoredKind(in CheckRange range, long size) =>
        range is { Algorithm: FileHash.Sha256, Start: 0 } && range.Length >= size && (range.BlockSize == 0 || range.BlockSize >= size);

    private static SftpReply Answer(SftpServer server, string algorithm, ReadOnlySpan<byte> hashes)
    {
        //  string   "check-file"
        //  string   hash-algorithm-used
        //  byte[]   hashes
        PreparedPacket packet = PreparedPacket.Rent(server, 64 + hashes.Length);
        var writer = new WireWriter(packet.Body);
        writer.WriteString("check-file"u8);
        writer.WriteString(algorithm);
        writer.WriteBytes(hashes);
        return packet.Finish(SftpMessageType.ExtendedReply, writer.Length);
    }

    private static unsafe PinnedSegment Segment(PinnedBlock block, int length) => new(block.Address, (nuint)length);

    private readonly record struct CheckRange(string Algorithm, long Start, long Length, uint BlockSize);
}
