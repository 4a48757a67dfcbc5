using Hpc.LoadTests.Measure;
using Hpc.LoadTests.Run;

namespace Hpc.LoadTests.Thresholds;

/// <summary>Works out the figures of <see cref="MetricCatalog"/>; null for one that was not measured.</summary>
internal static class RunFigures
{
    private const double Gibibyte = 1L << 30;

    public static IReadOnlyDictionary<string, double?> Of(RunResult result)
    {
        LoadSnapshot all = result.Snapshot;
        double seconds = Math.Max(all.Elapsed.TotalSeconds, 0.001);
        double? serverCpu = Sum(result.Stages.Select(static stage => stage.ServerCpu?.TotalSeconds));
        double moved = all.UploadedBytes + all.DownloadedBytes;
        var figures = new Dictionary<string, double?>(StringComparer.Ordinal)
        {
            ["errors"] = all.TotalErrors,
            ["error_rate"] = all.TotalOperations == 0 ? 0 : (double)all.TotalErrors / all.TotalOperations,
            ["operations"] = all.TotalOperations,
            ["sessions.peak"] = all.PeakSessions,
            ["sessions.gave_up"] = result.GaveUp,
            ["throughput.upload"] = all.UploadedBytes / MovingSeconds(result, static stage => stage.UploadedBytes, seconds),
            ["throughput.download"] = all.DownloadedBytes / MovingSeconds(result, static stage => stage.DownloadedBytes, seconds),
            ["client.cpu_seconds"] = result.Stages.Sum(static stage => stage.ClientCpu.TotalSeconds),
            ["client.rss_per_session_kib"] = MemoryFigures.PerSession(result.Memory, static point => point.ClientResidentKib),
            ["server.cpu_seconds"] = serverCpu,
            ["server.cpu_per_gib"] = moved > 0 ? serverCpu / (moved / Gibibyte) : null,
            ["server.cpu_per_login_ms"] = PerLogin(result.Stages),
            ["server.rss_per_session_kib"] = MemoryFigures.PerSession(result.Memory, static point => point.ServerResidentKib),
            ["server.rss_per_further_session_kib"] = MemoryFigures.PerFurtherSession(result.Memory, static point => point.ServerResidentKib),
            ["server.managed_per_session_kib"] = MemoryFigures.PerSession(result.Memory, static point => point.ServerManagedKib),
            ["server.rss_growth_kib"] = MemoryFigures.Growth(result.Memory),
            ["server.sessions_left"] = result.Left?.Sessions,
            ["server.connections_left"] = result.Left?.Connections,
            ["server.buffer_bytes_left"] = result.Left?.BufferBytes,
        };
        foreach (OperationSnapshot operation in all.Operations)
        {
            bool isLogin = operation.Operation == LoadOperation.Login;
            Add(figures, operation, isLogin ? MovingSeconds(result, static stage => stage.Logins, seconds) : seconds);
        }

        return figures;
    }

    private static void Add(Dictionary<string, double?> figures, OperationSnapshot operation, double seconds)
    {
        string name = LoadOperations.NameOf(operation.Operation);
        bool hasAny = operation.Succeeded > 0;
        double? Latency(TimeSpan time) => hasAny ? time.TotalSeconds : null;
        figures[name + ".p50"] = Latency(operation.Latency.Percentile(50));
        figures[name + ".p90"] = Latency(operation.Latency.Percentile(90));
        figures[name + ".p95"] = Latency(operation.Latency.Percentile(95));
        figures[name + ".p99"] = Latency(operation.Latency.Percentile(99));
        figures[name + ".p99.9"] = Latency(operation.Latency.Percentile(99.9));
        figures[name + ".max"] = Latency(operation.Latency.Max);
        figures[name + ".mean"] = Latency(operation.Latency.Mean);
        figures[name + ".count"] = operation.Succeeded;
        figures[name + ".errors"] = operation.Errors;
        figures[name + ".per_second"] = operation.Succeeded / seconds;
    }

    /// <summary>The time of the stages that did such things.</summary>
    private static double MovingSeconds(RunResult result, Func<StageResult, long> count, double all)
    {
        double seconds = result.Stages.Where(stage => count(stage) > 0).Sum(static stage => stage.Duration.TotalSeconds);
        return seconds > 0 ? seconds : all;
    }

    private static double? PerLogin(IReadOnlyList<StageResult> stages)
    {
        StageResult[] counted = [.. stages.Where(static stage => stage.IsLoginsOnly && stage.Logins > 0)];
        return counted.Length == 0 ? null : Sum(counted.Select(static stage => stage.ServerCpu?.TotalMilliseconds)) / counted.Sum(static stage => stage.Logins);
    }

    private static double? Sum(IEnumerable<double?> values)
    {
        double sum = 0;
        foreach (double? value in values)
        {
            if (value is null)
            {
                return null;
            }

            sum += value.Value;
        }

        return sum;
    }
}
