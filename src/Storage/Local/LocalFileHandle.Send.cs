using System.Runtime.InteropServices;
using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

// Sending by sendfile(2): the pages of the file go to the socket as they are.
internal sealed partial class LocalFileHandle
{
    // sendfile waits for pages that are not there. One byte of each stretch as long as this is looked at before; what is read ahead or dropped is larger.
    private const int ProbeStride = 128 * 1024;

    /// <inheritdoc/>
    public bool TrySend(long offset, int length, SafeHandle socket, out StorageResult<int> result)
    {
        result = default;
        if (offset < 0 || length <= 0 || !dispatcher.Writes.IsQuick)
        {
            return false;
        }

        using SafeDescriptor.Lease lease = _descriptor.Acquire();
        int ready = Volatile.Read(ref _cannotReadNow) ? length : ReadyToSend(lease.Descriptor, offset, length);
        int sent = ready > 0 ? Send(lease.Descriptor, offset, ready, socket) : 0;
        result = sent;
        return sent > 0;
    }

    /// <summary>How many of the bytes are in the page cache, as far as single bytes tell.</summary>
    private static int ReadyToSend(int descriptor, long offset, int length)
    {
        if (!IsReady(descriptor, offset))
        {
            return 0;
        }

        // What lies before a byte that is there is taken to be there too.
        int ready = 0;
        while (ready < length)
        {
            int end = Math.Min(ready + ProbeStride, length);
            if (!IsReady(descriptor, offset + end - 1))
            {
                bool endsBefore = DescriptorAttributes.TryGetSize(descriptor, out long size) && size < offset + end;
                return endsBefore && size > offset + ready && IsReady(descriptor, size - 1) ? (int)(size - offset) : ready;
            }

            ready = end;
        }

        return ready;
    }

    private static unsafe bool IsReady(int descriptor, long offset)
    {
        byte probe;
        var segment = new PinnedSegment(&probe, 1);
        return VectorTransfer.ReadNow(descriptor, offset, new(in segment)) > 0;
    }

    private unsafe int Send(int descriptor, long offset, int length, SafeHandle socket)
    {
        bool isHeld = false;
        try
        {
            socket.DangerousAddRef(ref isHeld);
            BlockingMeter.Sample started = dispatcher.Writes.Start();
            nint sent;
            do
            {
                sent = NativeMethods.SendFile((int)socket.DangerousGetHandle(), descriptor, &offset, (nuint)length);
            }
            while (sent < 0 && NativeMethods.LastErrno == Errno.Interrupted);

            dispatcher.Writes.Stop(started);
            return (int)sent;
        }
        catch (ObjectDisposedException)
        {
            // The connection was cut by another thread; who sends next is told so.
            return 0;
        }
        finally
        {
            if (isHeld)
            {
                socket.DangerousRelease();
            }
        }
    }
}
