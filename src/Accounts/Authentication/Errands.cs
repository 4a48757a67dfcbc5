using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Authentication;

/// <summary>Work behind an answer that nobody waits for: bounded in number and time; what does not fit is dropped, and what fails is logged.</summary>
internal sealed class Errands(string name, int maxRunning, ILogger logger)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private int _running;

    /// <summary>Begins it on the thread pool; false if too many run already.</summary>
    public bool TryRun(Func<CancellationToken, Task> work)
    {
        if (Interlocked.Increment(ref _running) > maxRunning)
        {
            Interlocked.Decrement(ref _running);
            AccountsMetrics.ErrandDropped(name);
            return false;
        }

        _ = Task.Run(() => RunAsync(work));
        return true;
    }

    private async Task RunAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            using var timeout = new CancellationTokenSource(Timeout);
            await work(timeout.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The login is over; the next one tries again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            AccountsLog.ErrandFailed(logger, exception, name);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
