using System.Globalization;

namespace Hpc.LoadTests.Report;

/// <summary>A report as one HTML file that needs nothing else: no script, no font, no request.</summary>
internal static partial class HtmlReport
{
    public static string Write(LoadReport report)
    {
        var html = new HtmlBuilder();
        html.Add($"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
        html.Add($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n");
        html.Add($"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>hpc-load: {report.Scenario}</title>\n<style>\n");
        html.AddStyle(ReportStyle.Text).Add($"\n</style>\n</head>\n<body>\n");
        AddHead(html, report);
        AddTiles(html, report);
        AddThresholds(html, report);
        AddPlots(html, report);
        AddOperations(html, report);
        AddErrors(html, report);
        AddStages(html, report);
        AddStageSums(html, report);
        AddMemory(html, report);
        AddFigures(html, "Server", FigureList.Of(report.Server));
        AddFigures(html, "Load generator", FigureList.Of(report.Client));
        AddFigures(html, "Machine", FigureList.Of(report.Machine));
        return html.Add($"</body>\n</html>\n").ToString();
    }

    private static void AddHead(HtmlBuilder html, LoadReport report)
    {
        html.Add($"<header>\n<h1>{report.Scenario}</h1>\n");
        if (report.Description.Length > 0)
        {
            html.Add($"<p>{report.Description}</p>\n");
        }

        html.Add($"<p class=\"soft\">{Figures.Utc(report.StartUtc)} to {Figures.Utc(report.EndUtc)}</p>\n");
        html.Add($"<p class=\"{Colour(report.IsSuccess)}\">{(report.IsSuccess ? "Success" : "Failed")}</p>\n");
        if (report.Abort is { } abort)
        {
            html.Add($"<p class=\"bad\">Aborted: {abort}</p>\n");
        }

        html.Add($"</header>\n");
    }

    private static void AddTiles(HtmlBuilder html, LoadReport report)
    {
        html.Add($"<div class=\"tiles\">\n");
        AddTile(html, Figures.Seconds(report.ElapsedSeconds), "duration");
        AddTile(html, Figures.Count(report.PeakSessions), "sessions at the same time");
        AddTile(html, Figures.Count(report.SessionsOpened), "sessions opened");
        AddTile(html, Figures.Count(report.OperationCount), "operations");
        AddTile(html, Figures.Count(report.ErrorCount), $"errors, {(report.ErrorRate * 100).ToString("0.###", CultureInfo.InvariantCulture)} %");
        AddTile(html, Figures.Rate(report.UploadBytesPerSecond), $"upload, {Figures.Bytes(report.UploadedBytes)}");
        AddTile(html, Figures.Rate(report.DownloadBytesPerSecond), $"download, {Figures.Bytes(report.DownloadedBytes)}");
        if (report.Server?.CpuSecondsPerGib is { } cpu)
        {
            AddTile(html, Figures.Seconds(cpu), "server CPU per GiB");
        }

        html.Add($"</div>\n");
    }

    private static void AddTile(HtmlBuilder html, string value, string name) => html.Add($"<div class=\"tile\"><b>{value}</b><span>{name}</span></div>\n");

    private static void AddThresholds(HtmlBuilder html, LoadReport report)
    {
        if (report.Thresholds.Count == 0)
        {
            return;
        }

        AddTableHead(html, "Thresholds", "figure", "condition", "measured", "verdict");
        foreach (ThresholdVerdict verdict in report.Thresholds)
        {
            html.Add($"<tr><td>{verdict.Metric}</td><td>{verdict.Condition}</td><td>{verdict.ShowActual()}</td>");
            html.Add($"<td class=\"{Colour(verdict.IsMet)}\">{(verdict.IsMet ? "met" : "not met")}</td></tr>\n");
        }

        AddTableEnd(html);
    }

    private static void AddPlots(HtmlBuilder html, LoadReport report)
    {
        html.Add($"<h2>Course</h2>\n");
        foreach (SvgPlot plot in ReportPlots.Of(report))
        {
            plot.AddTo(html);
        }
    }

    private static void AddOperations(HtmlBuilder html, LoadReport report)
    {
        if (report.Operations.Count == 0)
        {
            return;
        }

        AddTableHead(html, "Operations", "operation", "succeeded", "failed", "timed out", "refused", "per s", "bytes", "mean", "p50", "p75", "p90", "p95", "p99", "p99.9", "max");
        foreach (OperationReport row in report.Operations)
        {
            LatencyReport latency = row.Latency;
            html.Add($"<tr><td>{row.Operation}</td><td>{Figures.Count(row.Succeeded)}</td><td>{Figures.Count(row.Failed)}</td><td>{Figures.Count(row.TimedOut)}</td>");
            html.Add($"<td>{Figures.Count(row.Refused)}</td><td>{Figures.Number(row.PerSecond)}</td><td>{Figures.Bytes(row.Bytes)}</td>");
            foreach (double time in (double[])[latency.MeanMs, latency.P50Ms, latency.P75Ms, latency.P90Ms, latency.P95Ms, latency.P99Ms, latency.P999Ms, latency.MaxMs])
            {
                html.Add($"<td>{Figures.Milliseconds(time)}</td>");
            }

            html.Add($"</tr>\n");
        }

        AddTableEnd(html);
    }

    private static void AddErrors(HtmlBuilder html, LoadReport report)
    {
        if (report.Errors.Count == 0)
        {
            return;
        }

        AddTableHead(html, "Errors", "kind", "count", "first message");
        foreach (ErrorReport error in report.Errors)
        {
            html.Add($"<tr><td class=\"message\">{error.Kind}</td><td>{Figures.Count(error.Count)}</td><td class=\"message\">{error.FirstMessage}</td></tr>\n");
        }

        AddTableEnd(html);
    }

    private static void AddFigures(HtmlBuilder html, string title, IReadOnlyList<(string Name, string Value)> figures)
    {
        if (figures.Count == 0)
        {
            return;
        }

        AddTableHead(html, title);
        foreach ((string name, string value) in figures)
        {
            html.Add($"<tr><td>{name}</td><td>{value}</td></tr>\n");
        }

        AddTableEnd(html);
    }

    private static void AddTableHead(HtmlBuilder html, string title, params string[] columns)
    {
        html.Add($"<h2>{title}</h2>\n<div class=\"wide\"><table>\n");
        if (columns.Length == 0)
        {
            return;
        }

        html.Add($"<tr>");
        foreach (string column in columns)
        {
            html.Add($"<th>{column}</th>");
        }

        html.Add($"</tr>\n");
    }

    private static void AddTableEnd(HtmlBuilder html) => html.Add($"</table></div>\n");

    private static string Colour(bool isGood) => isGood ? "good" : "bad";
}
