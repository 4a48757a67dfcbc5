using Hpc.LoadTests.Measure;
using Hpc.LoadTests.Report;
using Hpc.TestKit;
using Spectre.Console;

namespace Hpc.LoadTests.Tests.Report;

public sealed class LiveProgressTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void A_line_shows_what_happened_since_the_one_before()
    {
        using var recorder = new LoadRecorder(_time);
        recorder.Record(LoadOperation.Login, TimeSpan.FromSeconds(3), 0, LoadOutcome.Succeeded);
        LoadSnapshot before = recorder.SnapshotTotals();
        _time.Advance(TimeSpan.FromSeconds(5));
        recorder.SessionOpened();
        for (int i = 0; i < 10; i++)
        {
            recorder.Record(LoadOperation.Upload, TimeSpan.FromMilliseconds(4), 1_000_000, LoadOutcome.Succeeded);
        }

        recorder.Record(LoadOperation.Stat, TimeSpan.FromSeconds(9), 0, LoadOutcome.TimedOut);
        LiveLine.Between(before, recorder.SnapshotTotals()).ToString()
            .ShouldBe("5 s: 1 sessions, 0 logins/s, 2 ops/s, up 2 MB/s, down 0 MB/s, upload p50 4 ms p99 4 ms, 1 errors");
    }

    [Fact]
    public async Task Without_a_terminal_there_is_a_line_every_five_seconds()
    {
        using var recorder = new LoadRecorder(_time);
        using var stop = new CancellationTokenSource();
        using var output = new LineWriter();
        Task running = new LiveProgress(recorder, "x", _time) { Stage = "ramp" }.RunPlainAsync(output, stop.Token);
        _time.Advance(TimeSpan.FromSeconds(4));
        recorder.Record(LoadOperation.Stat, TimeSpan.FromMilliseconds(1), 0, LoadOutcome.Succeeded);
        _time.Advance(TimeSpan.FromSeconds(1));
        (await output.FirstLine).ShouldBe("ramp, 5 s: 0 sessions, 0 logins/s, 0 ops/s, up 0 MB/s, down 0 MB/s, stat p50 1 ms p99 1 ms, 0 errors");
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task On_a_terminal_there_is_a_table_whose_names_are_no_markup()
    {
        using var recorder = new LoadRecorder(_time);
        using var stop = new CancellationTokenSource();
        using var output = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.NoColors });
        Task running = new LiveProgress(recorder, "[red]many[/]", _time) { Stage = "[ramp" }.RunTableAsync(console, stop.Token);
        await stop.CancelAsync();
        await running;
        output.ToString().ShouldContain("[red]many[/]");
        output.ToString().ShouldContain("[ramp");
        output.ToString().ShouldContain("operations/s");
    }

    private sealed class LineWriter : StringWriter
    {
        private readonly TaskCompletionSource<string> _line = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> FirstLine => _line.Task;

        public override Task WriteLineAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
        {
            _line.TrySetResult(buffer.ToString());
            return Task.CompletedTask;
        }
    }
}
