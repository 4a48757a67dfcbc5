namespace Hpc.LoadTests.Report;

/// <summary>Stages, what happened in each, and memory between them.</summary>
internal static partial class HtmlReport
{
    private static void AddStages(HtmlBuilder html, LoadReport report)
    {
        if (report.Stages.Count == 0)
        {
            return;
        }

        AddTableHead(html, "Stages", "stage", "kind", "start", "duration", "sessions");
        foreach (StageReport stage in report.Stages)
        {
            html.Add($"<tr><td>{stage.Name}</td><td>{stage.Kind}</td><td>{Figures.Seconds(stage.StartSeconds)}</td>");
            html.Add($"<td>{Figures.Seconds(stage.DurationSeconds)}</td><td>{Figures.Count(stage.TargetSessions)}</td></tr>\n");
        }

        AddTableEnd(html);
    }

    private static void AddStageSums(HtmlBuilder html, LoadReport report)
    {
        if (report.StageSums.Count == 0)
        {
            return;
        }

        AddTableHead(html, "Per stage", "stage", "sessions at end", "logins", "operations", "errors", "upload", "download", "client CPU", "server CPU");
        foreach (StageSums sums in report.StageSums)
        {
            double seconds = Math.Max(sums.DurationSeconds, 1e-3);
            html.Add($"<tr><td>{sums.Name}</td><td>{Figures.Count(sums.Sessions)}</td><td>{Figures.Count(sums.Logins)}</td><td>{Figures.Count(sums.Operations)}</td>");
            html.Add($"<td>{Figures.Count(sums.Errors)}</td><td>{Figures.Rate(sums.UploadedBytes / seconds)}</td><td>{Figures.Rate(sums.DownloadedBytes / seconds)}</td>");
            html.Add($"<td>{Figures.Seconds(sums.ClientCpuSeconds)}</td><td>{(sums.ServerCpuSeconds is { } cpu ? Figures.Seconds(cpu) : "")}</td></tr>\n");
        }

        AddTableEnd(html);
    }

    private static void AddMemory(HtmlBuilder html, LoadReport report)
    {
        if (report.Memory.Count == 0)
        {
            return;
        }

        AddTableHead(html, "Memory", "stage", "at", "sessions", "read", "server RSS", "anonymous", "managed", "client RSS");
        foreach (MemoryReport point in report.Memory)
        {
            html.Add($"<tr><td>{point.Stage}</td><td>{Figures.Seconds(point.AtSeconds)}</td><td>{Figures.Count(point.Sessions)}</td>");
            html.Add($"<td>{(point.IsUnderLoad ? "under load" : "at rest")}</td><td>{ShowBytes(point.ServerRssBytes)}</td><td>{ShowBytes(point.ServerAnonymousBytes)}</td>");
            html.Add($"<td>{ShowBytes(point.ServerManagedBytes)}</td><td>{Figures.Bytes(point.ClientRssBytes)}</td></tr>\n");
        }

        AddTableEnd(html);
    }

    private static string ShowBytes(long? bytes) => bytes is { } known ? Figures.Bytes(known) : "";
}
