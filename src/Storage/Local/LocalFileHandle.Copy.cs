using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

internal sealed partial class LocalFileHandle
{
    // Bytes that one worker copies before it takes other work: some milliseconds on a disk, and cancelling takes no longer.
    private const int CopyPiece = 8 * 1024 * 1024;

    /// <inheritdoc/>
    public async ValueTask<StorageResult<long>> CopyToAsync(long offset, IFileHandle target, long targetOffset, long length, CancellationToken ct)
    {
        // copy_file_range refuses a target that appends.
        if (target is not LocalFileHandle other || other.Appends)
        {
            return StorageError.NotSupported;
        }

        if (offset < 0 || targetOffset < 0 || length < 0)
        {
            return StorageError.InvalidArgument;
        }

        long copied = 0;
        while (copied < length)
        {
            var piece = new CopyRange(_descriptor, offset + copied, other._descriptor, targetOffset + copied, Math.Min(length - copied, CopyPiece), IsFirst: copied == 0);
            StorageResult<long> moved = await dispatcher.OnWorkerAsync(piece, static p => p.Copy(), ct).ConfigureAwait(false);
            if (!moved.IsSuccess || moved.Value == 0)
            {
                return moved.IsSuccess ? copied : moved;
            }

            copied += moved.Value;
        }

        return copied;
    }

    private bool Appends => appends;

    private readonly record struct CopyRange(SafeDescriptor From, long Offset, SafeDescriptor To, long TargetOffset, long Length, bool IsFirst)
    {
        /// <summary>One attempt: bytes copied, which may be fewer than asked, and 0 at the end of the file.</summary>
        public unsafe StorageResult<long> Copy()
        {
            using SafeDescriptor.Lease from = From.Acquire();
            using SafeDescriptor.Lease to = To.Acquire();
            long offset = Offset;
            long targetOffset = TargetOffset;
            nint copied;
            do
            {
                copied = NativeMethods.CopyFileRange(from.Descriptor, &offset, to.Descriptor, &targetOffset, (nuint)Length, 0);
            }
            while (copied < 0 && NativeMethods.LastErrno == Errno.Interrupted);

            if (copied < 0)
            {
                int errno = NativeMethods.LastErrno;
                return IsFirst && IsImpossible(errno) ? StorageError.NotSupported : Errno.ToStorageError(errno);
            }

            // File systems whose files have no size of their own answer 0 (copy_file_range(2), BUGS): reading decides.
            return copied == 0 && IsFirst && !EndsBy(from.Descriptor, Offset) ? StorageError.NotSupported : copied;
        }

        private static bool IsImpossible(int errno) =>
            errno is Errno.CrossDevice or Errno.Invalid or Errno.NotSupported or Errno.NotImplemented;
    }
}
