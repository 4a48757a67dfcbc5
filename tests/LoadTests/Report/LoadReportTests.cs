using System.Text.Json;
using Hpc.LoadTests.Measure;
using Hpc.LoadTests.Report;

namespace Hpc.LoadTests.Tests.Report;

public sealed class LoadReportTests
{
    [Fact]
    public void A_report_is_read_back_as_it_was_written()
    {
        string json = LoadReportJson.Write(ReportSamples.Full(ReportSamples.Hostile));
        LoadReport read = LoadReportJson.Read(json);
        LoadReportJson.Write(read).ShouldBe(json);
        HtmlReport.Write(read).ShouldBe(HtmlReport.Write(ReportSamples.Full(ReportSamples.Hostile) with { Client = read.Client }));
        read.Scenario.ShouldBe(ReportSamples.Hostile);
        read.Series.Count.ShouldBe(60);
    }

    [Fact]
    public void Names_in_JSON_are_stable_and_end_with_their_unit()
    {
        using JsonDocument document = JsonDocument.Parse(LoadReportJson.Write(ReportSamples.Full("x")));
        JsonElement root = document.RootElement;
        Names(root).ShouldBe(
        [
            "format", "scenario", "description", "start_utc", "end_utc", "elapsed_seconds", "is_success", "abort", "peak_sessions", "sessions_opened", "sessions_gave_up",
            "operation_count", "error_count", "error_rate", "uploaded_bytes", "downloaded_bytes", "upload_bytes_per_second", "download_bytes_per_second",
            "stages", "stage_sums", "memory", "thresholds", "operations", "errors", "server", "client", "machine", "series",
        ]);
        Names(root.GetProperty("operations")[0].GetProperty("latency")).ShouldBe(
            ["min_ms", "mean_ms", "p50_ms", "p75_ms", "p90_ms", "p95_ms", "p99_ms", "p99_9_ms", "max_ms", "curve"]);
        Names(root.GetProperty("server")).ShouldContain("cpu_seconds_per_gib");
        Names(root.GetProperty("server")).ShouldContain("rss_per_session_bytes");
        Names(root.GetProperty("series")[0]).ShouldBe(
            ["start_seconds", "duration_seconds", "sessions", "logins", "operations", "errors", "uploaded_bytes", "downloaded_bytes"]);
    }

    [Fact]
    public void A_figure_that_is_no_number_loses_no_report()
    {
        LoadReport report = LoadReportJson.Read(LoadReportJson.Write(new LoadReport { ErrorRate = double.NaN, UploadBytesPerSecond = double.PositiveInfinity }));
        double.IsNaN(report.ErrorRate).ShouldBeTrue();
        HtmlReport.Write(report).ShouldContain("<h1>");
    }

    [Fact]
    public void A_report_holds_what_was_recorded()
    {
        LoadSnapshot snapshot = ReportSamples.Recorded("kind");
        LoadReport report = LoadReport.From("x", snapshot);
        report.OperationCount.ShouldBe(60 * 50);
        report.ErrorCount.ShouldBe(snapshot.TotalErrors);
        report.ErrorRate.ShouldBe(snapshot.TotalErrors / 3000.0);
        report.ElapsedSeconds.ShouldBe(60);
        report.UploadBytesPerSecond.ShouldBe(snapshot.UploadedBytes / 60.0, 0.001);
        report.Series.Sum(static sample => sample.DownloadedBytes).ShouldBe(snapshot.DownloadedBytes);
        report.Series.Sum(static sample => sample.Operations).ShouldBe(3000);
        report.Errors.Single().ShouldBe(new ErrorReport("kind", 60, "kind"));
        OperationReport upload = report.Operations.Single(static operation => operation.Operation == "upload");
        upload.Latency.P99Ms.ShouldBe(snapshot[LoadOperation.Upload].Latency.Percentile(99).TotalMilliseconds, 0.0001);
        upload.Latency.Curve.Select(static point => point.LatencyMs).ShouldBe(upload.Latency.Curve.Select(static point => point.LatencyMs).Order());
    }

    [Fact]
    public void The_text_tells_the_verdict_and_cannot_drive_a_terminal()
    {
        string text = TextReport.Write(ReportSamples.Full("name") with { Errors = [new ErrorReport("a\u001b[2J", 3, "line\r\nline\u009b")] });
        text.ShouldContain("NOT MET           throughput.upload >= 1 MB/s: 500 kB/s\n");
        text.ShouldContain("server.cpu_seconds <= 3: not measured\n");
        text.ShouldEndWith("result            FAILED\n");
        text.Where(static c => char.IsControl(c) && c != '\n').ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0.5, "500 µs")]
    [InlineData(12.34, "12.3 ms")]
    [InlineData(2500, "2.5 s")]
    public void Times_are_shown_in_the_unit_that_fits(double milliseconds, string shown) => Figures.Milliseconds(milliseconds).ShouldBe(shown);

    [Theory]
    [InlineData(512, "512 B")]
    [InlineData(1536, "1.50 KiB")]
    [InlineData(1073741824, "1.00 GiB")]
    public void Bytes_are_shown_in_the_unit_that_fits(double bytes, string shown) => Figures.Bytes(bytes).ShouldBe(shown);

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(static property => property.Name);
}
