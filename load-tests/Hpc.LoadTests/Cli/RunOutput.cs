using System.Globalization;
using Hpc.LoadTests.Report;
using Hpc.LoadTests.Server;

namespace Hpc.LoadTests.Cli;

/// <summary>Where a run's report goes.</summary>
internal sealed class RunOutput(string? json, string? html, bool isQuiet)
{
    /// <summary>Refuses files that cannot be made, before a run that may take hours.</summary>
    public void Check()
    {
        foreach (string? file in (string?[])[json == "-" ? null : json, html])
        {
            if (file is not null && Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && !Directory.Exists(folder))
            {
                throw new UsageException($"There is no folder '{folder}' for the report.");
            }
        }
    }

    public async Task WriteAsync(LoadReport report, IReadOnlyList<TypeFigures> types)
    {
        if (!isQuiet)
        {
            TextWriter text = json == "-" ? Console.Error : Console.Out;
            await text.WriteLineAsync(StageTable(report) + HeapTable(types) + TextReport.Write(report)).ConfigureAwait(false);
        }

        if (json == "-")
        {
            await Console.Out.WriteAsync(LoadReportJson.Write(report)).ConfigureAwait(false);
        }
        else if (json is not null)
        {
            await File.WriteAllTextAsync(json, LoadReportJson.Write(report)).ConfigureAwait(false);
        }

        if (html is not null)
        {
            await File.WriteAllTextAsync(html, HtmlReport.Write(report)).ConfigureAwait(false);
        }
    }

    private static string StageTable(LoadReport report)
    {
        var lines = new List<string> { Line($"{"stage",-14}{"sessions",9}{"seconds",9}{"log-ins",9}{"operations",11}{"errors",8}{"up MB/s",9}{"down MB/s",10}{"client CPU",12}{"server CPU",12}") };
        foreach (StageSums stage in report.StageSums)
        {
            double seconds = Math.Max(stage.DurationSeconds, 0.001);
            lines.Add(Line($"{stage.Name,-14}{stage.Sessions,9}{seconds,9:F2}{stage.Logins,9}{stage.Operations,11}{stage.Errors,8}{stage.UploadedBytes / seconds / 1e6,9:F1}{stage.DownloadedBytes / seconds / 1e6,10:F1}{stage.ClientCpuSeconds,10:F2} s{(stage.ServerCpuSeconds is { } cpu ? Line($"{cpu:F2} s") : "-"),12}"));
        }

        lines.Add("");
        foreach (MemoryReport point in report.Memory)
        {
            string server = point.ServerRssBytes is null ? "" : Line($"; server {Mebibytes(point.ServerRssBytes)} RSS, {Mebibytes(point.ServerAnonymousBytes)} anonymous, {Mebibytes(point.ServerManagedBytes)} managed");
            lines.Add(Line($"memory, {point.Stage,-10}{point.Sessions,6} sessions: client {Mebibytes(point.ClientRssBytes)} RSS{server}"));
        }

        lines.Add("");
        return string.Join('\n', lines);
    }

    private static string HeapTable(IReadOnlyList<TypeFigures> types) =>
        string.Concat(types.Select(static type => Line($"heap per session {type.BytesPerSession,9:F1} B {type.ObjectsPerSession,7:F2} x  {type.Name}\n")));

    private static string Mebibytes(long? bytes) => Line($"{bytes / 1048576.0:F1} MiB");

    private static string Line(FormattableString line) => line.ToString(CultureInfo.InvariantCulture);
}
