namespace Hpc.Transport.Tls;

/// <summary>
/// Where the work of a handshake is done: on the thread pool, as a signature takes a millisecond of a socket thread's time, and by a few at a time, so that handshakes do not take
/// the pool from who is logged in. Who would wait behind too many is refused.
/// </summary>
internal static class HandshakeGate
{
    /// <summary>Steps that may wait: what the processors do in about a second.</summary>
    private const int MaximumWaiting = 2048;

    private static readonly SemaphoreSlim Places = new(Math.Max(2, Environment.ProcessorCount));
    private static int _waiting;

    /// <summary>Runs on the thread pool when it returns. <see cref="Leave"/> must follow.</summary>
    public static async Task EnterAsync(CancellationToken ct)
    {
        if (Interlocked.Increment(ref _waiting) > MaximumWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new TlsHandshakeException("Too many TLS handshakes are under way.");
        }

        try
        {
            await Places.WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public static void Leave() => Places.Release();
}
