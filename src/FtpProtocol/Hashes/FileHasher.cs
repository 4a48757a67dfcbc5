using Hpc.Accounts.Sessions;
using Hpc.FtpProtocol.Control;
using Hpc.Storage;
using Hpc.Transport.Buffers;

namespace Hpc.FtpProtocol.Hashes;

/// <summary>Hashes files or ranges of them on a worker, with one block of memory; the session is not idle meanwhile.</summary>
internal static class FileHasher
{
    private const int ChunkLength = BlockPool.Large;

    // Hashing takes a processor: no more of them at a time than there are. After so many bytes it is somebody else's turn, so that nobody waits behind a large file.
    private const int BytesPerTurn = 64 * ChunkLength;
    private static readonly SemaphoreSlim Turns = new(Environment.ProcessorCount);

    /// <summary>Hashes the bytes from <paramref name="first"/> up to <paramref name="end"/>, or to the end of the file if that comes first.</summary>
    public static async ValueTask<StorageResult<HashedRange>> HashAsync(
        FtpSession session, VirtualPath path, HashAlgorithm algorithm, long first, long end, CancellationToken ct)
    {
        StorageResult<IFileHandle> opened = await session.Files.OpenFileAsync(path, OpenFlags.Read | OpenFlags.Hash, null, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        SessionMeter meter = session.Grant!.Meter;
        meter.AddHandles(1);
        try
        {
            await using (opened.Value.ConfigureAwait(false))
            {
                StorageResult<HashedRange> hashed = await HashAsync(session, opened.Value, algorithm, first, end, ct).ConfigureAwait(false);
                await opened.Value.CloseAsync().ConfigureAwait(false);
                return hashed;
            }
        }
        finally
        {
            meter.AddHandles(-1);
        }
    }

    private static async ValueTask<StorageResult<HashedRange>> HashAsync(
        FtpSession session, IFileHandle file, HashAlgorithm algorithm, long first, long end, CancellationToken ct)
    {
        // Hashing is computing: never on the socket's thread.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        StorageResult<EntryAttributes> attributes = await file.GetAttributesAsync(ct).ConfigureAwait(false);
        if (!attributes.IsSuccess)
        {
            return attributes.Error;
        }

        long size = attributes.Value.Size;
        if (first > size)
        {
            return StorageError.InvalidArgument;
        }

        end = Math.Min(end, size);
        if (algorithm == HashAlgorithm.Sha256 && first == 0 && end == size
            && await file.GetStoredSha256Async(ct).ConfigureAwait(false) is { IsSuccess: true } stored)
        {
            return new HashedRange(first, end, stored.Value.ToArray());
        }

        using RunningHash hash = algorithm.Begin();
        for (long offset = first; ;)
        {
            long next = Math.Min(end, offset + BytesPerTurn);
            StorageResult<long> read = await AppendInTurnAsync(session, file.WithoutTransfer, hash, offset, next, ct).ConfigureAwait(false);
            if (!read.IsSuccess || read.Value < next || next == end)
            {
                return read.IsSuccess ? new HashedRange(first, read.Value, hash.Finish()) : read.Error;
            }

            offset = next;
        }
    }

    private static async ValueTask<StorageResult<long>> AppendInTurnAsync(
        FtpSession session, IFileHandle file, RunningHash hash, long offset, long end, CancellationToken ct)
    {
        SessionMeter meter = session.Grant!.Meter;
        meter.BeginWait();
        try
        {
            await Turns.WaitAsync(ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return StorageError.Cancelled;
        }
        finally
        {
            meter.EndWait(Environment.TickCount64);
        }

        try
        {
            return await AppendAsync(session, file, hash, offset, end, ct).ConfigureAwait(false);
        }
        finally
        {
            Turns.Release();
        }
    }

    /// <summary>Returns where it ended.</summary>
    private static async ValueTask<StorageResult<long>> AppendAsync(
        FtpSession session, IFileHandle file, RunningHash hash, long offset, long end, CancellationToken ct)
    {
        PinnedBlock block = session.Services.Pool.Rent(ChunkLength, BufferRole.Storage);
        try
        {
            var segment = new PinnedSegment[1];
            while (offset < end)
            {
                if (ct.IsCancellationRequested)
                {
                    return StorageError.Cancelled;
                }

                segment[0] = Segment(block, (int)Math.Min(end - offset, ChunkLength));
                StorageResult<int> read = await file.ReadAsync(offset, segment, ct).ConfigureAwait(false);
                if (!read.IsSuccess)
                {
                    return read.Error;
                }

                if (read.Value == 0)
                {
                    break;
                }

                hash.Append(block.Span[..read.Value]);
                offset += read.Value;
                session.Grant!.Meter.Touch(Environment.TickCount64);
            }

            return offset;
        }
        finally
        {
            block.Return();
        }
    }

    private static unsafe PinnedSegment Segment(PinnedBlock block, int length) => new(block.Address, (nuint)length);
}
