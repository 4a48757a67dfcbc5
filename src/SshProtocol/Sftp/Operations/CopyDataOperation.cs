using Hpc.SshProtocol.Sftp.Handles;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;
using Hpc.Transport.Buffers;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>copy-data (draft-ietf-secsh-filexfer-extensions-00 §7): from one open file to another, within the server.</summary>
internal static class CopyDataOperation
{
    private const int ChunkLength = BlockPool.Huge;

    // What storage copies by itself in one go: between two of them a session can be ended, and it is not idle.
    private const long StepLength = 64 * 1024 * 1024;

    public static ValueTask<SftpReply> Run(SftpServer server, ref WireReader fields)
    {
        //  string   read-from-handle
        //  uint64   read-from-offset
        //  uint64   read-data-length; 0 is up to the end
        //  string   write-to-handle
        //  uint64   write-to-offset
        if (!server.TryReadFile(ref fields, out SftpFile from, out SftpReply refusal))
        {
            return new(refusal);
        }

        if (!fields.TryReadUInt64(out ulong fromOffset) || !fields.TryReadUInt64(out ulong length))
        {
            return new(SftpReply.BadMessage);
        }

        if (!server.TryReadFile(ref fields, out SftpFile to, out refusal))
        {
            return new(refusal);
        }

        if (!fields.TryReadUInt64(out ulong toOffset))
        {
            return new(SftpReply.BadMessage);
        }

        if (!from.CanRead || !to.CanWrite)
        {
            return new(SftpReply.Failed(SftpStatus.PermissionDenied, "copy-data needs one file open for reading and one open for writing"));
        }

        if (fromOffset > long.MaxValue || toOffset > long.MaxValue || length > long.MaxValue - fromOffset || length > long.MaxValue - toOffset)
        {
            return new(SftpReply.Failed("An offset is beyond the largest file"));
        }

        if (from.Path == to.Path && (to.IsAppending || Overlap((long)fromOffset, (long)toOffset, (long)length)))
        {
            return new(SftpReply.Failed("Source and target overlap"));
        }

        return CopyAsync(server, from, (long)fromOffset, (long)length, to, (long)toOffset);
    }

    private static bool Overlap(long from, long to, long length) =>
        length == 0 || (from < to + length && to < from + length);

    private static async ValueTask<SftpReply> CopyAsync(SftpServer server, SftpFile from, long fromOffset, long length, SftpFile to, long toOffset)
    {
        // The turn is free while a long copy runs, also where storage would answer at once.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        StorageResult<EntryAttributes> attributes = await from.File.GetAttributesAsync(server.Lifetime).ConfigureAwait(false);
        if (!attributes.IsSuccess)
        {
            return attributes.Error;
        }

        // Up to the end that the file has now: both handles may be names of one file, whose end would move on for ever.
        long untilEnd = Math.Max(0, attributes.Value.Size - fromOffset);
        long left = length == 0 ? untilEnd : Math.Min(length, untilEnd);

        // Once also where there is nothing: storage then knows that it was a copy.
        do
        {
            server.Lifetime.ThrowIfCancellationRequested();
            long wanted = Math.Min(left, StepLength);
            StorageResult<long> copied = await from.File.CopyToAsync(fromOffset, to.File, toOffset, wanted, server.Lifetime).ConfigureAwait(false);
            if (!copied.IsSuccess)
            {
                return copied.Error == StorageError.NotSupported
                    ? await ReadAndWriteAsync(server, from.File.WithoutTransfer, fromOffset, left, to.File.WithoutTransfer, toOffset).ConfigureAwait(false)
                    : copied.Error;
            }

            if (copied.Value == 0)
            {
                break;
            }

            fromOffset += copied.Value;
            toOffset += copied.Value;
            left -= copied.Value;
            server.Meter.Touch(Environment.TickCount64);
        }
        while (left > 0);

        return SftpReply.Ok;
    }

    private static async ValueTask<SftpReply> ReadAndWriteAsync(
        SftpServer server, IFileHandle from, long fromOffset, long left, IFileHandle to, long toOffset)
    {
        PinnedBlock block = server.Pool.Rent(ChunkLength, BufferRole.Storage);
        try
        {
            var segment = new PinnedSegment[1];
            while (left > 0)
            {
                server.Lifetime.ThrowIfCancellationRequested();
                int wanted = (int)Math.Min(left, ChunkLength);
                segment[0] = Segment(block, wanted);
                StorageResult<int> read = await from.ReadAsync(fromOffset, segment, server.Lifetime).ConfigureAwait(false);
                if (!read.IsSuccess)
                {
                    return read.Error;
                }

                if (read.Value == 0)
                {
                    break;
                }

                segment[0] = Segment(block, read.Value);
                StorageResult<int> written = await to.WriteAsync(toOffset, segment, server.Lifetime).ConfigureAwait(false);
                if (!written.IsSuccess)
                {
                    return written.Error;
                }

                fromOffset += read.Value;
                toOffset += read.Value;
                left -= read.Value;
                server.Meter.Touch(Environment.TickCount64);
            }

            return SftpReply.Ok;
        }
        finally
        {
            block.Return();
        }
    }

    private static unsafe PinnedSegment Segment(PinnedBlock block, int length) => new(block.Address, (nuint)length);
}
