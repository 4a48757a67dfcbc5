using System.Globalization;
using System.Text;

namespace Hpc.LoadTests.Report;

/// <summary>A report as plain text, for terminals, pipes and logs.</summary>
internal static class TextReport
{
    private const int NameWidth = 18;
    private const int MaxErrors = 10;

    public static string Write(LoadReport report)
    {
        var text = new StringBuilder();
        Line(text, "scenario", report.Scenario);
        Line(text, "started", $"{Figures.Utc(report.StartUtc)}, {Figures.Seconds(report.ElapsedSeconds)}");
        Line(text, "sessions", $"{Figures.Count(report.PeakSessions)} at the same time, {Figures.Count(report.SessionsOpened)} opened{GaveUp(report)}");
        Line(text, "operations", $"{Figures.Count(report.OperationCount)}, {Figures.Count(report.ErrorCount)} errors ({(report.ErrorRate * 100).ToString("0.###", CultureInfo.InvariantCulture)} %)");
        Line(text, "uploaded", $"{Figures.Bytes(report.UploadedBytes)}, {Figures.Rate(report.UploadBytesPerSecond)}");
        Line(text, "downloaded", $"{Figures.Bytes(report.DownloadedBytes)}, {Figures.Rate(report.DownloadBytesPerSecond)}");
        AddOperations(text, report);
        AddErrors(text, report);
        AddFigures(text, "server", FigureList.Of(report.Server));
        AddFigures(text, "client", FigureList.Of(report.Client));
        AddThresholds(text, report);
        if (report.Abort is { } abort)
        {
            Line(text, "aborted", Printable(abort));
        }

        text.Append('\n');
        Line(text, "result", report.IsSuccess ? "success" : "FAILED");
        return text.ToString();
    }

    private static string GaveUp(LoadReport report) => report.SessionsGaveUp is { } gaveUp ? $", {Figures.Count(gaveUp)} gave up" : "";

    private static void AddOperations(StringBuilder text, LoadReport report)
    {
        if (report.Operations.Count == 0)
        {
            return;
        }

        text.Append('\n').Append("operation".PadRight(NameWidth));
        foreach (string column in (string[])["count", "errors", "per s", "p50", "p90", "p99", "p99.9", "max"])
        {
            text.Append(column.PadLeft(11));
        }

        text.Append('\n');
        foreach (OperationReport operation in report.Operations)
        {
            text.Append(operation.Operation.PadRight(NameWidth));
            Cell(text, Figures.Count(operation.Succeeded));
            Cell(text, Figures.Count(operation.Failed + operation.TimedOut + operation.Refused));
            Cell(text, Figures.Number(operation.PerSecond));
            Cell(text, Figures.Milliseconds(operation.Latency.P50Ms));
            Cell(text, Figures.Milliseconds(operation.Latency.P90Ms));
            Cell(text, Figures.Milliseconds(operation.Latency.P99Ms));
            Cell(text, Figures.Milliseconds(operation.Latency.P999Ms));
            Cell(text, Figures.Milliseconds(operation.Latency.MaxMs));
            text.Append('\n');
        }
    }

    private static void AddErrors(StringBuilder text, LoadReport report)
    {
        text.Append(report.Errors.Count > 0 ? "\n" : "");
        foreach (ErrorReport error in report.Errors.Take(MaxErrors))
        {
            Line(text, "error", $"{Figures.Count(error.Count)} x {Printable(error.Kind)}: {Printable(error.FirstMessage)}");
        }

        if (report.Errors.Count > MaxErrors)
        {
            Line(text, "error", $"and {report.Errors.Count - MaxErrors} further kinds");
        }
    }

    private static void AddFigures(StringBuilder text, string name, IReadOnlyList<(string Name, string Value)> figures)
    {
        if (figures.Count > 0)
        {
            Line(text, name, string.Join(", ", figures.Select(static figure => $"{figure.Name} {figure.Value}")));
        }
    }

    private static void AddThresholds(StringBuilder text, LoadReport report)
    {
        text.Append(report.Thresholds.Count > 0 ? "\n" : "");
        foreach (ThresholdVerdict verdict in report.Thresholds)
        {
            Line(text, verdict.IsMet ? "met" : "NOT MET", $"{verdict.Metric} {verdict.Condition}: {verdict.ShowActual()}");
        }
    }

    /// <summary>What a server said must not drive the terminal.</summary>
    private static string Printable(string text) =>
        string.Create(text.Length, text, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
            {
                span[i] = char.IsControl(source[i]) ? ' ' : source[i];
            }
        });

    private static void Cell(StringBuilder text, string value) => text.Append(value.PadLeft(11));

    private static void Line(StringBuilder text, string name, string value) => text.Append(name.PadRight(NameWidth)).Append(value).Append('\n');
}
