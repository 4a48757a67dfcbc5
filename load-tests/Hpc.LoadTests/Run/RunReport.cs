using Hpc.LoadTests.Measure;
using Hpc.LoadTests.Report;
using Hpc.LoadTests.Thresholds;

namespace Hpc.LoadTests.Run;

/// <summary>Makes a run's report.</summary>
internal static class RunReport
{
    private const double Kibibyte = 1024;

    public static LoadReport Of(RunResult result)
    {
        IReadOnlyDictionary<string, double?> figures = RunFigures.Of(result);
        bool knowsServer = result.Memory.Any(static point => point.ServerResidentKib is not null) || result.Stages.Any(static stage => stage.ServerCpu is not null);
        ThresholdResult[] judged = [.. ThresholdResult.Of(result.Scenario.Thresholds, figures, knowsServer).Where(static threshold => threshold.Outcome != ThresholdOutcome.NotMeasured)];
        LoadReport report = LoadReport.From(result.Scenario.Name, result.Snapshot);
        return report with
        {
            Description = $"{result.Scenario.Description} Target: {result.Target}.".Trim(),
            IsSuccess = result.Interruption.Length == 0 && judged.All(static threshold => threshold.Outcome == ThresholdOutcome.Met),
            Abort = result.Interruption.Length == 0 ? null : result.Interruption,
            SessionsGaveUp = result.GaveUp,
            UploadBytesPerSecond = figures["throughput.upload"] ?? 0,
            DownloadBytesPerSecond = figures["throughput.download"] ?? 0,
            Operations = [.. report.Operations.Select(operation => operation with { PerSecond = figures[operation.Operation + ".per_second"] ?? operation.PerSecond })],
            Stages = [.. result.Stages.Select(static stage => new StageReport(stage.Name, stage.Kind, Round(stage.Start), Round(stage.Duration), stage.TargetSessions))],
            StageSums = [.. result.Stages.Select(Sums)],
            Memory = [.. result.Memory.Select(Memory)],
            Thresholds = [.. judged.Select(Verdict)],
            Server = knowsServer ? Server(result, figures) : null,
            Client = ClientFigures.Read() with { RssPerSessionBytes = Bytes(figures["client.rss_per_session_kib"]) },
            Machine = MachineFacts.Read(),
        };
    }

    private static ServerFigures Server(RunResult result, IReadOnlyDictionary<string, double?> figures) => new()
    {
        CpuSeconds = figures["server.cpu_seconds"],
        CpuSecondsPerGib = figures["server.cpu_per_gib"],
        CpuMsPerLogin = figures["server.cpu_per_login_ms"],
        RssStartBytes = (long?)Bytes(result.Memory is [{ } first, ..] ? first.ServerResidentKib : null),
        RssPeakBytes = (long?)Bytes(result.ServerPeakKib),
        RssEndBytes = (long?)Bytes(result.Memory is [.., { } last] ? last.ServerResidentKib : null),
        RssPerSessionBytes = Bytes(figures["server.rss_per_session_kib"]),
        RssPerFurtherSessionBytes = Bytes(figures["server.rss_per_further_session_kib"]),
        ManagedPerSessionBytes = Bytes(figures["server.managed_per_session_kib"]),
        SessionsLeft = (long?)result.Left?.Sessions,
        ConnectionsLeft = (long?)result.Left?.Connections,
        BuffersLeftBytes = (long?)result.Left?.BufferBytes,
    };

    private static StageSums Sums(StageResult stage) => new()
    {
        Name = stage.Name,
        DurationSeconds = Round(stage.Duration),
        Sessions = stage.Sessions,
        Logins = stage.Logins,
        Operations = stage.Operations,
        Errors = stage.Errors,
        UploadedBytes = stage.UploadedBytes,
        DownloadedBytes = stage.DownloadedBytes,
        ClientCpuSeconds = Round(stage.ClientCpu),
        ServerCpuSeconds = stage.ServerCpu is { } cpu ? Round(cpu) : null,
    };

    private static MemoryReport Memory(MemoryPoint point) => new(
        point.Stage,
        Round(point.At),
        point.Sessions,
        point.IsUnderLoad,
        point.ClientResidentKib * 1024,
        point.ServerResidentKib * 1024,
        point.ServerAnonymousKib * 1024,
        (long?)Bytes(point.ServerManagedKib));

    private static ThresholdVerdict Verdict(ThresholdResult result)
    {
        string unit = MetricCatalog.Units[result.Threshold.Metric] switch
        {
            MetricUnit.Duration => "s",
            MetricUnit.Rate => "B/s",
            _ => "",
        };
        return new ThresholdVerdict(result.Threshold.Metric, result.Threshold.Text, result.Threshold.Limit, result.Value, unit, result.Outcome == ThresholdOutcome.Met);
    }

    private static double? Bytes(double? kib) => kib * Kibibyte;

    private static double Round(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
