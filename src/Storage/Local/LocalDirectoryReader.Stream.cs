using System.Diagnostics;
using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

internal sealed partial class LocalDirectoryReader
{
    // How long the calling thread reads at most before a worker goes on: a few thousand entries in the dentry cache, or the first that come from a disk.
    private static readonly long LongestOnCaller = Stopwatch.Frequency / 500;

    // Entries between two looks at the clock.
    private const int EntriesPerLook = 4;

    private enum Progress
    {
        Full,
        AtEnd,
        OutOfTime,
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult<bool>> StreamAsync(IDirectoryEntrySink sink, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return ValueTask.FromResult<StorageResult<bool>>(StorageError.Cancelled);
        }

        if (dispatcher.TryMetadata((this, sink), static s => s.Item1.Stream(s.sink, LongestOnCaller), out StorageResult<Progress> here)
            && (!here.IsSuccess || here.Value != Progress.OutOfTime))
        {
            return ValueTask.FromResult(ToEnd(here));
        }

        return dispatcher.OnWorkerAsync((this, sink), static s => ToEnd(s.Item1.Stream(s.sink, long.MaxValue)), ct);
    }

    private static StorageResult<bool> ToEnd(StorageResult<Progress> progress) =>
        progress.IsSuccess ? progress.Value == Progress.AtEnd : progress.Error;

    private StorageResult<Progress> Stream(IDirectoryEntrySink sink, long longest)
    {
        using SafeDescriptor.Lease lease = descriptor.Acquire();
        long startedAt = Stopwatch.GetTimestamp();
        int taken = 0;
        int looked = 0;
        while (true)
        {
            if (_position == _filled)
            {
                int errno = Fill(lease.Descriptor);
                if (errno != 0)
                {
                    return taken > 0 ? Progress.Full : Errno.ToStorageError(errno);
                }

                if (_filled == 0)
                {
                    ReturnBuffer();
                    return Progress.AtEnd;
                }
            }

            int length = Peek(lease.Descriptor, out ReadOnlySpan<byte> name, out EntryAttributes attributes);
            if (!name.IsEmpty)
            {
                if (!sink.TryAdd(name, attributes))
                {
                    return Progress.Full;
                }

                taken++;
            }

            _position += length;
            if (++looked % EntriesPerLook == 0 && Stopwatch.GetTimestamp() - startedAt > longest)
            {
                return Progress.OutOfTime;
            }
        }
    }
}
