using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Defender;

/// <summary>
/// Ends what bans and lists have barred, on a thread of its own: however many bans begin meanwhile, there is one sweep at a time, one more behind it, and a pause between them.
/// </summary>
/// <param name="sweep">Goes over all connections; what it bars must be barred already when it is asked for.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Gets faults.</param>
public sealed class BarSweep(Action sweep, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private const int Idle = 0;
    private const int Running = 1;
    private const int Due = 2;

    private int _state;

    /// <summary>Asks for a sweep that begins after now. Returns at once.</summary>
    public void Ask()
    {
        if (Interlocked.Exchange(ref _state, Due) == Idle)
        {
            _ = Task.Run(RunAsync);
        }
    }

    private async Task RunAsync()
    {
        while (true)
        {
            Volatile.Write(ref _state, Running);
#pragma warning disable CA1031 // The next ban sweeps again; whoever is barred gets in nowhere meanwhile.
            try
            {
                sweep();
            }
            catch (Exception exception)
            {
                DefenderLog.SweepFault(logger, exception);
            }
#pragma warning restore CA1031

            if (Interlocked.CompareExchange(ref _state, Idle, Running) == Running)
            {
                return;
            }

            await Task.Delay(Pause, time).ConfigureAwait(false);
        }
    }
}
