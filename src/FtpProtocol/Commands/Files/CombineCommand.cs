using Hpc.FtpProtocol.Control;
using Hpc.Storage;
using Hpc.Transport.Buffers;

namespace Hpc.FtpProtocol.Commands.Files;

/// <summary>
/// COMB: <c>target source source …</c>, each of them in quotes where it holds blanks. The sources are appended to the target, which is made if it is not there,
/// and deleted when all of them have been.
/// </summary>
internal sealed class CombineCommand : FtpCommand
{
    private const int MaxSources = 256;
    private const int ChunkLength = BlockPool.Huge;

    // What storage copies by itself in one go: between two of them a session can be ended, and it is not idle.
    private const long StepLength = 64 * 1024 * 1024;

    /// <inheritdoc/>
    public override ValueTask<CommandResult> RunAsync(FtpSession session, FtpArgument argument, CancellationToken ct)
    {
        if (!ArgumentWords.TryRead(argument.Bytes.Span, MaxSources + 1, out List<byte[]> words) || words.Count < 2)
        {
            return new(CommandResult.Of(501, "Say the target and at least one source, in quotes where they hold blanks."));
        }

        var paths = new List<VirtualPath>(words.Count);
        foreach (byte[] word in words)
        {
            if (!FtpPath.TryParse(session, word, out VirtualPath path))
            {
                return new(FtpErrors.BadPath);
            }

            if (paths.Contains(path))
            {
                return new(CommandResult.Of(501, "A file is named more than once."));
            }

            paths.Add(path);
        }

        return new(new LongWork(working => CombineAsync(session, paths[0], paths[1..], working)));
    }

    private static async ValueTask<FtpReply> CombineAsync(FtpSession session, VirtualPath target, List<VirtualPath> sources, CancellationToken ct)
    {
        // Copying is not for the socket's thread.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        StorageError error = await AppendAllAsync(session, target, sources, ct).ConfigureAwait(false);
        if (error != StorageError.None)
        {
            return FtpErrors.ToReply(error);
        }

        foreach (VirtualPath source in sources)
        {
            StorageResult deleted = await session.Files.DeleteFileAsync(source, ct).ConfigureAwait(false);
            if (!deleted.IsSuccess)
            {
                return new FtpReply(250, "The files were combined; not all of the sources could be deleted.");
            }
        }

        return new FtpReply(250, "The files were combined.");
    }

    private static async ValueTask<StorageError> AppendAllAsync(FtpSession session, VirtualPath target, List<VirtualPath> sources, CancellationToken ct)
    {
        StorageResult<IFileHandle> opened = await session.Files.OpenFileAsync(target, OpenFlags.Write | OpenFlags.Create, null, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        // Given up without being closed where something fails.
        IFileHandle file = opened.Value;
        await using (file.ConfigureAwait(false))
        {
            StorageResult<EntryAttributes> attributes = await file.GetAttributesAsync(ct).ConfigureAwait(false);
            if (!attributes.IsSuccess)
            {
                return attributes.Error;
            }

            long start = attributes.Value.Size;
            long end = start;
            foreach (VirtualPath source in sources)
            {
                StorageResult<long> appended = await AppendAsync(session, source, file, attributes.Value.Identity, end, ct).ConfigureAwait(false);
                if (!appended.IsSuccess)
                {
                    // The target is as it was, as far as that can be: it may be tried again.
                    await file.SetAttributesAsync(new AttributeChanges { Size = start }, CancellationToken.None).ConfigureAwait(false);
                    return appended.Error;
                }

                end = appended.Value;
            }

            StorageResult closed = await file.CloseAsync().ConfigureAwait(false);
            return closed.Error;
        }
    }

    /// <summary>Returns where the target ends then.</summary>
    private static async ValueTask<StorageResult<long>> AppendAsync(
        FtpSession session, VirtualPath source, IFileHandle target, FileIdentity identity, long targetOffset, CancellationToken ct)
    {
        StorageResult<IFileHandle> opened = await session.Files.OpenFileAsync(source, OpenFlags.Read, null, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        IFileHandle file = opened.Value;
        await using (file.ConfigureAwait(false))
        {
            // Up to the end that it has now. Another name of the target is refused: to delete it may be to delete the target.
            StorageResult<EntryAttributes> attributes = await file.GetAttributesAsync(ct).ConfigureAwait(false);
            if (!attributes.IsSuccess || (identity.IsKnown && attributes.Value.Identity == identity))
            {
                return attributes.IsSuccess ? StorageError.InvalidArgument : attributes.Error;
            }

            long size = attributes.Value.Size;
            for (long offset = 0; ;)
            {
                if (ct.IsCancellationRequested)
                {
                    return StorageError.Cancelled;
                }

                StorageResult<long> copied = await file.CopyToAsync(offset, target, targetOffset, Math.Min(StepLength, size - offset), ct).ConfigureAwait(false);
                if (copied.Error == StorageError.NotSupported)
                {
                    return await ReadAndWriteAsync(session, file.WithoutTransfer, offset, size, target.WithoutTransfer, targetOffset, ct).ConfigureAwait(false);
                }

                if (!copied.IsSuccess || copied.Value == 0)
                {
                    return copied.IsSuccess ? targetOffset : copied.Error;
                }

                offset += copied.Value;
                targetOffset += copied.Value;
                session.Grant!.Meter.Touch(Environment.TickCount64);
            }
        }
    }

    private static async ValueTask<StorageResult<long>> ReadAndWriteAsync(
        FtpSession session, IFileHandle from, long offset, long end, IFileHandle to, long targetOffset, CancellationToken ct)
    {
        PinnedBlock block = session.Services.Pool.Rent(ChunkLength, BufferRole.Storage);
        try
        {
            var segment = new PinnedSegment[1];
            while (offset < end)
            {
                segment[0] = Segment(block, (int)Math.Min(ChunkLength, end - offset));
                StorageResult<int> read = ct.IsCancellationRequested ? StorageError.Cancelled : await from.ReadAsync(offset, segment, ct).ConfigureAwait(false);
                if (!read.IsSuccess || read.Value == 0)
                {
                    return read.IsSuccess ? targetOffset : read.Error;
                }

                segment[0] = Segment(block, read.Value);
                StorageResult<int> written = await to.WriteAsync(targetOffset, segment, ct).ConfigureAwait(false);
                if (!written.IsSuccess)
                {
                    return written.Error;
                }

                offset += read.Value;
                targetOffset += read.Value;
                session.Grant!.Meter.Touch(Environment.TickCount64);
            }

            return targetOffset;
        }
        finally
        {
            block.Return();
        }
    }

    private static unsafe PinnedSegment Segment(PinnedBlock block, int length) => new(block.Address, (nuint)length);
}
