namespace Hpc.SshProtocol.Ssh;

/// <summary>
/// Runs what takes milliseconds (finite-field key agreement, RSA signatures) off the socket threads: as many at a time as there are cores.
/// Who waits for a place is bounded by the connections before login, and by their login grace time.
/// </summary>
internal static class SshWorkers
{
    private static readonly SemaphoreSlim Places = new(Environment.ProcessorCount);

    public static async Task<T> RunAsync<T>(Func<T> work, CancellationToken ct)
    {
        await Places.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await Task.Run(work, ct).ConfigureAwait(false);
        }
        finally
        {
            Places.Release();
        }
    }
}
