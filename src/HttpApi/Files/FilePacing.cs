using Hpc.Storage;

namespace Hpc.HttpApi.Files;

/// <summary>Waits for limits of speed; the session is not idle meanwhile.</summary>
internal static class FilePacing
{
    /// <summary>Waits until a read may begin, before a buffer is taken for it; returns how many of <paramref name="most"/> bytes it should read.</summary>
    public static ValueTask<int> AwaitReadAsync(this FileSession session, IFileHandle file, int most) =>
        file.ReadPace is null || most == 0 ? new(most) : AwaitAsync(session, file, most);

    /// <summary>How many bytes one write should have, which may have to wait with them.</summary>
    public static int LengthOfWrite(IFileHandle file) => file.WritePace?.LengthOf(PinnedBuffer.Length / 4) ?? PinnedBuffer.Length;

    /// <summary>Reads, at once if that can be.</summary>
    public static ValueTask<StorageResult<int>> ReadAsync(this FileSession session, IFileHandle file, long offset, PinnedSegment[] segment) =>
        file.TryRead(offset, segment, out StorageResult<int> read) ? new(read)
        : file.ReadPace is null ? file.ReadAsync(offset, segment, session.Lifetime)
        : AwaitAsync(session, file.ReadAsync(offset, segment, session.Lifetime));

    /// <summary>Writes, at once if that can be.</summary>
    public static ValueTask<StorageResult<int>> WriteAsync(this FileSession session, IFileHandle file, long offset, PinnedSegment[] segment) =>
        file.TryWrite(offset, segment, out StorageResult<int> written) ? new(written)
        : file.WritePace is null ? file.WriteAsync(offset, segment, session.Lifetime)
        : AwaitAsync(session, file.WriteAsync(offset, segment, session.Lifetime));

    private static async ValueTask<int> AwaitAsync(FileSession session, IFileHandle file, int most)
    {
        session.Meter.BeginWait();
        try
        {
            // Other limits may have taken the place of those that were waited for.
            while (file.ReadPace is { } pace)
            {
                int length = pace.LengthOf(most);
                if (pace.Prepare(length, length) > 0)
                {
                    return length;
                }

                if (!await pace.WaitAsync(length, session.Lifetime).ConfigureAwait(false))
                {
                    throw new OperationCanceledException(session.Lifetime);
                }
            }

            return most;
        }
        finally
        {
            session.Meter.EndWait(Environment.TickCount64);
        }
    }

    private static async ValueTask<StorageResult<int>> AwaitAsync(FileSession session, ValueTask<StorageResult<int>> pending)
    {
        session.Meter.BeginWait();
        try
        {
            return await pending.ConfigureAwait(false);
        }
        finally
        {
            session.Meter.EndWait(Environment.TickCount64);
        }
    }
}
