namespace Hpc.Transport.Data;

/// <summary>
/// Data connections that have sent everything and wait for the peer's close_notify. A socket that is closed with something unread is reset, and a reset that overtakes the last
/// bytes takes them from the peer; the reply to the transfer does not wait for it, as there are clients that close the data connection only after the reply.
/// </summary>
internal static class DataLinger
{
    /// <summary>Connections that may wait; others are closed at once.</summary>
    private const int Maximum = 512;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);
    private static int _count;

    /// <summary>Connections that wait now.</summary>
    public static int Count => Volatile.Read(ref _count);

    /// <summary>Takes the connection over; false if there are too many.</summary>
    public static bool TryBegin(TlsDataConnection connection)
    {
        if (Interlocked.Increment(ref _count) > Maximum)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        _ = WaitAsync(connection);
        return true;
    }

    private static async Task WaitAsync(TlsDataConnection connection)
    {
        try
        {
            using var limit = new CancellationTokenSource(Longest);
            await connection.WaitForEndAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer is gone, or does not say good-bye. What it has not received yet is the kernel's to send: nothing is cut.
            _ = e;
        }
        finally
        {
            await connection.CloseAsync().ConfigureAwait(false);
            Interlocked.Decrement(ref _count);
        }
    }
}
