using Hpc.LoadTests.Measure;
using Spectre.Console;

namespace Hpc.LoadTests.Report;

/// <summary>Shows a run while it goes: a table that is redrawn each second on a terminal, else a line every five seconds.</summary>
internal sealed class LiveProgress(LoadRecorder recorder, string scenario, TimeProvider? time = null)
{
    private static readonly TimeSpan TableInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Name of the current stage.</summary>
    public string Stage { get; set; } = "";

    /// <summary>
    /// Until <paramref name="ct"/> is cancelled, on standard error, so that standard output stays free for the report. NO_COLOR and TERM=dumb are respected.
    /// </summary>
    public async Task RunAsync(CancellationToken ct)
    {
        bool isTerminal = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        if (!isTerminal)
        {
            await RunPlainAsync(Console.Error, ct).ConfigureAwait(false);
            return;
        }

        bool hasColours = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Console.Error),
            ColorSystem = hasColours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        await RunTableAsync(console, ct).ConfigureAwait(false);
    }

    /// <summary>One line every five seconds.</summary>
    public async Task RunPlainAsync(TextWriter output, CancellationToken ct)
    {
        LoadSnapshot before = recorder.SnapshotTotals();
        while (await WaitAsync(LineInterval, ct).ConfigureAwait(false))
        {
            LoadSnapshot now = recorder.SnapshotTotals();
            string stage = Stage.Length > 0 ? $"{Stage}, " : "";
            await output.WriteLineAsync($"{stage}{LiveLine.Between(before, now)}".AsMemory(), CancellationToken.None).ConfigureAwait(false);
            before = now;
        }
    }

    /// <summary>A table that is redrawn in place.</summary>
    public Task RunTableAsync(IAnsiConsole console, CancellationToken ct)
    {
        LoadSnapshot before = recorder.SnapshotTotals();
        return console.Live(TableOf(LiveLine.Between(before, before))).StartAsync(async display =>
        {
            while (await WaitAsync(TableInterval, ct).ConfigureAwait(false))
            {
                LoadSnapshot now = recorder.SnapshotTotals();
                display.UpdateTarget(TableOf(LiveLine.Between(before, now)));
                before = now;
            }
        });
    }

    private async Task<bool> WaitAsync(TimeSpan interval, CancellationToken ct)
    {
        await Task.Delay(interval, _time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !ct.IsCancellationRequested;
    }

    private Table TableOf(LiveLine line)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape(scenario)).HideHeaders().AddColumn("figure").AddColumn(new TableColumn("value").RightAligned());
        table.AddRow("elapsed", Figures.Seconds(Math.Floor(line.Elapsed.TotalSeconds)));
        if (Stage.Length > 0)
        {
            table.AddRow("stage", Markup.Escape(Stage));
        }

        table.AddRow("sessions", Figures.Count(line.Sessions));
        table.AddRow("logins/s", Figures.Count(Math.Round(line.LoginsPerSecond)));
        table.AddRow("operations/s", Figures.Count(Math.Round(line.OperationsPerSecond)));
        table.AddRow("upload", Figures.Rate(line.UploadBytesPerSecond));
        table.AddRow("download", Figures.Rate(line.DownloadBytesPerSecond));
        foreach (LiveOperation operation in line.Operations)
        {
            table.AddRow($"{operation.Name} p50 / p99", $"{operation.P50} / {operation.P99}");
        }

        string errors = Figures.Count(line.Errors);
        table.AddRow("errors", line.Errors > 0 ? $"[red]{errors}[/]" : errors);
        return table;
    }
}
