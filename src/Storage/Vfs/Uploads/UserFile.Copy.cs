using System.Runtime.InteropServices;

namespace Hpc.Storage.Vfs.Uploads;

// Copies on the server: no transfer, but what they write is claimed as any write is.
internal sealed partial class UserFile
{
    private const int CopyBufferLength = 1024 * 1024;

    /// <inheritdoc/>
    public async ValueTask<StorageResult<long>> CopyToAsync(long offset, IFileHandle target, long targetOffset, long length, CancellationToken ct)
    {
        UserFile? to = target as UserFile ?? (target as UncountedUserFile)?.Owner;
        if (to is null)
        {
            return StorageError.NotSupported;
        }

        CopiedPart part = NoteCopyTo(to);
        StorageResult<long> copied = await CopyToFileAsync(offset, to, targetOffset, length, ct).ConfigureAwait(false);
        if (copied.IsSuccess)
        {
            part.Add(copied.Value);
        }
        else if (copied.Error != StorageError.NotSupported)
        {
            part.Fail(copied.Error);
        }

        return copied;
    }

    private async ValueTask<StorageResult<long>> CopyToFileAsync(long offset, UserFile to, long targetOffset, long length, CancellationToken ct)
    {
        // Reading and writing are allowed by the way that the two are open.
        if (!_held.Allows(FileOperation.CopyFile) || !to._held.Allows(FileOperation.CopyFile))
        {
            return StorageError.AccessDenied;
        }

        if (to._appends)
        {
            return StorageError.NotSupported;
        }

        if (to.IsPlainWrite)
        {
            return await _file.CopyToAsync(offset, to._file, targetOffset, length, ct).ConfigureAwait(false);
        }

        if (offset < 0 || targetOffset < 0 || length < 0)
        {
            return StorageError.InvalidArgument;
        }

        StorageResult<EntryAttributes> source = await _file.GetAttributesAsync(ct).ConfigureAwait(false);
        if (!source.IsSuccess)
        {
            return source.Error;
        }

        long there = Math.Clamp(source.Value.Size - offset, 0, length);
        return await to.CopyFromAsync(_file, offset, targetOffset, there, ct).ConfigureAwait(false);
    }

    /// <summary>Fills this file with the first bytes of another, by the backends if they can, else through memory; returns how many there were.</summary>
    internal async ValueTask<StorageResult<long>> FillFromAsync(IFileHandle source, long length, CancellationToken ct)
    {
        StorageResult<long> copied = IsPlainWrite
            ? await source.CopyToAsync(0, _file, 0, length, ct).ConfigureAwait(false)
            : await CopyFromAsync(source, 0, 0, length, ct).ConfigureAwait(false);
        return copied.Error == StorageError.NotSupported ? await FillThroughMemoryAsync(source, length, ct).ConfigureAwait(false) : copied;
    }

    private async ValueTask<StorageResult<long>> FillThroughMemoryAsync(IFileHandle source, long length, CancellationToken ct)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>((int)Math.Min(CopyBufferLength, length), pinned: true);
        var segment = new PinnedSegment[1];
        long total = 0;
        while (total < length)
        {
            segment[0] = SegmentOf(buffer, (int)Math.Min(buffer.Length, length - total));
            StorageResult<int> read = await source.ReadAsync(total, segment, ct).ConfigureAwait(false);
            if (!read.IsSuccess || read.Value == 0)
            {
                return read.IsSuccess ? total : read.Error;
            }

            segment[0] = SegmentOf(buffer, read.Value);
            StorageResult<int> written = await WriteAsync(total, segment, isTransfer: false, ct).ConfigureAwait(false);
            if (!written.IsSuccess)
            {
                return written.Error;
            }

            total += written.Value;
        }

        return total;
    }

    private static unsafe PinnedSegment SegmentOf(byte[] pinned, int length) =>
        new((byte*)Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0), (nuint)length);

    private async ValueTask<StorageResult<long>> CopyFromAsync(IFileHandle source, long offset, long targetOffset, long length, CancellationToken ct)
    {
        for (int i = 0; i < MaxReservations; i++)
        {
            if (!await EnterAsync(ct).ConfigureAwait(false))
            {
                return ct.IsCancellationRequested ? StorageError.Cancelled : StorageError.Busy;
            }

            long needed;
            StorageError failed = StorageError.None;
            try
            {
                StorageError refused = Admit(transfer: null, targetOffset, length, out bool needsReservation);
                if (!needsReservation)
                {
                    if (refused != StorageError.None)
                    {
                        Fail(refused);
                        return refused;
                    }

                    StorageResult<long> copied = await source.CopyToAsync(offset, _file, targetOffset, length, ct).ConfigureAwait(false);
                    if (copied.Error != StorageError.NotSupported)
                    {
                        _tracked?.Hash?.Drop();
                    }

                    if (copied.IsSuccess || !MayHoldTooMuch(targetOffset + length))
                    {
                        return copied;
                    }

                    failed = copied.Error;
                }

                needed = targetOffset + length - (_tracked?.ClaimedEnd ?? targetOffset + length);
            }
            finally
            {
                Leave();
            }

            if (failed != StorageError.None)
            {
                await SetRightAsync().ConfigureAwait(false);
                return failed;
            }

            StorageError error = await ReserveForWriteAsync(transfer: null, needed, length, ct).ConfigureAwait(false);
            if (error != StorageError.None)
            {
                Fail(error);
                return error;
            }
        }

        return StorageError.QuotaExceeded;
    }
}
