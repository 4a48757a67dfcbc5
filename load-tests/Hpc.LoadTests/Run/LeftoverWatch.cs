using System.Diagnostics;
using Hpc.LoadTests.Server;

namespace Hpc.LoadTests.Run;

/// <summary>Asks a server until it counts no session, connection and buffer any more.</summary>
internal static class LeftoverWatch
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>The last answer, which is not empty if it took too long; null if there is none.</summary>
    public static async Task<Leftovers?> WaitForNobodyAsync(ServerUnderLoad server)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            Leftovers? left = await ReadAsync(server).ConfigureAwait(false);
            if (left is null || left.IsEmpty || Stopwatch.GetElapsedTime(started) > Limit)
            {
                return left;
            }

            await Task.Delay(Pause).ConfigureAwait(false);
        }
    }

    private static async Task<Leftovers?> ReadAsync(ServerUnderLoad server)
    {
        try
        {
            IReadOnlyDictionary<string, double> metrics = await server.MetricsAsync(CancellationToken.None).ConfigureAwait(false);
            return new Leftovers(metrics["hpc_sessions_active"], metrics["hpc_connections_active"], metrics["hpc_buffers_rented_bytes"]);
        }
        catch (Exception exception) when (exception is HttpRequestException or KeyNotFoundException)
        {
            return null;
        }
    }
}
