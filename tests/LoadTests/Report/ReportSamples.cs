using Hpc.LoadTests.Measure;
using Hpc.LoadTests.Report;
using Hpc.TestKit;

namespace Hpc.LoadTests.Tests.Report;

/// <summary>Reports to write.</summary>
internal static class ReportSamples
{
    public const string Hostile = "<script>alert('x')</script>\"&amp;]]>--><img src=x onerror=alert(1)>";

    /// <summary>All that a report can hold, with <paramref name="text"/> wherever a text may stand.</summary>
    public static LoadReport Full(string text) => LoadReport.From(text, Recorded(text)) with
    {
        Description = text,
        Abort = text,
        SessionsGaveUp = 2,
        Stages = [new StageReport(text, text, 0, 10, 100), new StageReport("steady", "steady", 10, 50, 100)],
        Thresholds =
        [
            new ThresholdVerdict(text, text, 0.5, 0.25, "s", true),
            new ThresholdVerdict("throughput.upload", ">= 1 MB/s", 1e6, 5e5, "B/s", false),
            new ThresholdVerdict("server.cpu_seconds", "<= 3", 3, null, "", false),
        ],
        StageSums = [new StageSums { Name = text, DurationSeconds = 10, Sessions = 60, Logins = 60, ServerCpuSeconds = 0.5 }],
        Memory = [new MemoryReport(text, 10, 60, false, 1 << 27, 1 << 26, 1 << 25, null)],
        Server = new ServerFigures { CpuSeconds = 1.5, CpuSecondsPerGib = 0.7, RssStartBytes = 1 << 26, RssPeakBytes = 1 << 28, RssEndBytes = 1 << 27, RssPerSessionBytes = 7000, AllocatedBytes = 300_000, GcPauseSeconds = 0.003 },
        Client = ClientFigures.Read(),
        Machine = MachineFacts.Read() with { Processor = text },
    };

    public static LoadSnapshot Recorded(string text)
    {
        var time = new ManualTimeProvider();
        using var recorder = new LoadRecorder(time);
        var random = new Random(5);
        for (int second = 0; second < 60; second++)
        {
            recorder.SessionOpened();
            for (int i = 0; i < 50; i++)
            {
                LoadOutcome outcome = random.Next(20) == 0 ? LoadOutcome.Failed : LoadOutcome.Succeeded;
                recorder.Record((LoadOperation)random.Next(LoadOperations.Count), TimeSpan.FromMilliseconds(Math.Exp(random.NextDouble() * 8)), random.Next(100_000), outcome);
            }

            recorder.RecordError(text, text);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        recorder.Stop();
        return recorder.Snapshot();
    }
}
