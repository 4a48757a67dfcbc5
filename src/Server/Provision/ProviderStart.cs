using Hpc.Accounts.Data;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Provision;

/// <summary>Waits for a database server that starts at the same time as this one.</summary>
internal sealed partial class ProviderStart(TimeProvider time, ILogger<ProviderStart> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LogPeriod = TimeSpan.FromSeconds(5);

    /// <summary>How long a server waits. Commands do not wait: somebody sits in front of them.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Opens; once a second again while the database server cannot be reached, until so long is over.</summary>
    /// <exception cref="DataProviderException">It cannot be used, or not in time.</exception>
    public async Task RunAsync(Func<CancellationToken, ValueTask> openAsync, TimeSpan patience, CancellationToken ct)
    {
        long start = time.GetTimestamp();
        TimeSpan nextLog = default;
        while (true)
        {
            try
            {
                await openAsync(ct).ConfigureAwait(false);
                return;
            }
            catch (DataProviderException error) when (error.IsUnreachable && time.GetElapsedTime(start) < patience)
            {
                TimeSpan waited = time.GetElapsedTime(start);
                if (waited >= nextLog)
                {
                    nextLog = waited + LogPeriod;
                    Waiting(logger, error.Message, (int)(patience - waited).TotalSeconds);
                }
            }

            await Task.Delay(Pause, time, ct).ConfigureAwait(false);
        }
    }

    [LoggerMessage(4061, LogLevel.Warning, "{Reason} Waiting for it, {Seconds} s more at most")]
    private static partial void Waiting(ILogger logger, string reason, int seconds);
}
