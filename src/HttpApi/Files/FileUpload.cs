using Hpc.Accounts.Sessions;
using Hpc.Storage;

namespace Hpc.HttpApi.Files;

/// <summary>Takes the content of files as it comes; nothing of it is kept but the piece that is being written.</summary>
internal sealed class FileUpload(FileSession session, long maxBytes)
{
    private readonly PinnedSegment[] _segment = new PinnedSegment[1];

    /// <summary>
    /// Takes one file. What ends before its end, by the client or by an error, is given up: the file is disposed without being closed, and the upload mode says what is left.
    /// An exception means that the client is gone or sends nonsense.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its content.</param>
    /// <param name="modified">When it was changed last; null for now.</param>
    public async ValueTask<StorageError> TakeAsync(VirtualPath path, Stream content, FileTime? modified)
    {
        StorageResult<IFileHandle> opened =
            await session.Files.OpenFileAsync(path, OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate, null, session.Lifetime).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        IFileHandle file = opened.Value;
        await using (file.ConfigureAwait(false))
        {
            TransferMeter transfer = session.Meter.BeginTransfer(path.ToString(), isUpload: true);
            try
            {
                StorageError error = await FillAsync(file, transfer, content).ConfigureAwait(false);
                if (error != StorageError.None)
                {
                    return error;
                }
            }
            finally
            {
                session.Meter.EndTransfer(transfer);
            }

            if (modified is { } time)
            {
                // A wish: who may not set times, or where there are none, still has the file.
                await file.SetAttributesAsync(new AttributeChanges { AccessTime = time, ModificationTime = time }, session.Lifetime).ConfigureAwait(false);
            }

            session.Lifetime.ThrowIfCancellationRequested();
            return (await file.CloseAsync().ConfigureAwait(false)).Error;
        }
    }

    private async ValueTask<StorageError> FillAsync(IFileHandle file, TransferMeter transfer, Stream content)
    {
        int length = FilePacing.LengthOfWrite(file);
        PinnedBuffer buffer = PinnedBuffer.Rent(length);
        try
        {
            long offset = 0;
            int filled;
            do
            {
                // Taken from the limit when it is there: a slow client must not keep from others what it does not send.
                length = FilePacing.LengthOfWrite(file);
                if (!buffer.Suits(length))
                {
                    buffer.Dispose();
                    buffer = PinnedBuffer.Rent(length);
                }

                filled = await ReadAsync(content, buffer.Memory[..length]).ConfigureAwait(false);
                if (maxBytes > 0 && offset + filled > maxBytes)
                {
                    return StorageError.TooLarge;
                }

                StorageError error = await WriteAsync(file, buffer, offset, filled).ConfigureAwait(false);
                if (error != StorageError.None)
                {
                    return error;
                }

                offset += filled;
                transfer.Add(filled);
                session.Meter.AddReceived(filled);
            }
            while (filled == length);

            return StorageError.None;
        }
        finally
        {
            buffer.Dispose();
        }
    }

    /// <summary>Fills the buffer, unless the content ends before.</summary>
    private async ValueTask<int> ReadAsync(Stream content, Memory<byte> buffer)
    {
        int filled = 0;
        int read = -1;
        while (read != 0 && filled < buffer.Length)
        {
            read = await content.ReadAsync(buffer[filled..], session.Lifetime).ConfigureAwait(false);
            filled += read;
            session.Meter.Touch(Environment.TickCount64);
        }

        return filled;
    }

    private async ValueTask<StorageError> WriteAsync(IFileHandle file, PinnedBuffer buffer, long offset, int length)
    {
        int done = 0;
        while (done < length)
        {
            _segment[0] = buffer.Segment(done, length - done);
            StorageResult<int> written = await session.WriteAsync(file, offset + done, _segment).ConfigureAwait(false);
            if (!written.IsSuccess || written.Value == 0)
            {
                return written.IsSuccess ? StorageError.IoError : written.Error;
            }

            done += written.Value;
        }

        return StorageError.None;
    }
}
