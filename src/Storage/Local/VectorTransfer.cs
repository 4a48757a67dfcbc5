using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

/// <summary>Reads and writes of several segments, in as many system calls as they need.</summary>
internal static unsafe class VectorTransfer
{
    // IOV_MAX of Linux.
    private const int MaxSegments = 1024;
    private const int NoWaitFlag = 0x8; // RWF_NOWAIT

    // What is left after a short transfer begins inside a segment: it goes through a copy of this many on the stack.
    private const int TailSegments = 16;

    /// <summary>One attempt that never blocks: bytes read, or a negative error number.</summary>
    public static int ReadNow(int descriptor, long offset, ReadOnlySpan<PinnedSegment> segments)
    {
        int total = 0;
        while (!segments.IsEmpty)
        {
            ReadOnlySpan<PinnedSegment> part = segments[..Math.Min(segments.Length, MaxSegments)];
            int read = Once(Transfer.ReadNow, descriptor, offset + total, part);
            if (read < 0)
            {
                return total > 0 ? total : read;
            }

            total += read;
            if (read < PinnedSegment.TotalLength(part))
            {
                break;
            }

            segments = segments[part.Length..];
        }

        return total;
    }

    /// <summary>Fills the segments unless the file ends first: bytes read, or a negative error number.</summary>
    public static int ReadAll(int descriptor, long offset, ReadOnlySpan<PinnedSegment> segments) =>
        All(Transfer.Read, descriptor, offset, segments);

    /// <summary>Writes all or fails with a negative error number.</summary>
    public static int WriteAll(int descriptor, long offset, ReadOnlySpan<PinnedSegment> segments, bool append) =>
        All(append ? Transfer.Append : Transfer.Write, descriptor, offset, segments);

    /// <summary>One attempt for up to 1,024 segments: bytes written, or a negative error number.</summary>
    public static int WriteOnce(int descriptor, long offset, ReadOnlySpan<PinnedSegment> segments, bool append) =>
        Once(append ? Transfer.Append : Transfer.Write, descriptor, offset, segments[..Math.Min(segments.Length, MaxSegments)]);

    private static int All(Transfer transfer, int descriptor, long offset, ReadOnlySpan<PinnedSegment> segments)
    {
        int total = 0;
        int skip = 0;
        Span<PinnedSegment> tail = stackalloc PinnedSegment[TailSegments];
        while (!segments.IsEmpty)
        {
            int done = Once(transfer, descriptor, offset + total, Window(segments, skip, tail));
            if (done < 0)
            {
                return done;
            }

            if (done == 0 && transfer == Transfer.Read)
            {
                break;
            }

            total += done;
            segments = Advance(segments, ref skip, done);
        }

        return total;
    }

    private static ReadOnlySpan<PinnedSegment> Window(ReadOnlySpan<PinnedSegment> segments, int skip, Span<PinnedSegment> tail)
    {
        if (skip == 0)
        {
            return segments[..Math.Min(segments.Length, MaxSegments)];
        }

        int count = Math.Min(segments.Length, tail.Length);
        segments[..count].CopyTo(tail);
        tail[0] = new PinnedSegment(segments[0].Address + skip, (nuint)(segments[0].Length - skip));
        return tail[..count];
    }

    private static ReadOnlySpan<PinnedSegment> Advance(ReadOnlySpan<PinnedSegment> segments, scoped ref int skip, int done)
    {
        skip += done;
        while (!segments.IsEmpty && skip >= segments[0].Length)
        {
            skip -= segments[0].Length;
            segments = segments[1..];
        }

        return segments;
    }

    private static int Once(Transfer transfer, int descriptor, long offset, ReadOnlySpan<PinnedSegment> segments)
    {
        fixed (PinnedSegment* first = segments)
        {
            while (true)
            {
                nint done = transfer switch
                {
                    Transfer.ReadNow => NativeMethods.ReadVector(descriptor, first, segments.Length, offset, NoWaitFlag),
                    Transfer.Read => NativeMethods.ReadVector(descriptor, first, segments.Length, offset, 0),
                    Transfer.Append => NativeMethods.AppendVector(descriptor, first, segments.Length),
                    _ => NativeMethods.WriteVector(descriptor, first, segments.Length, offset),
                };

                if (done >= 0)
                {
                    return (int)done;
                }

                int errno = NativeMethods.LastErrno;
                if (errno != Errno.Interrupted)
                {
                    return -errno;
                }
            }
        }
    }

    private enum Transfer
    {
        ReadNow,
        Read,
        Write,
        Append,
    }
}
