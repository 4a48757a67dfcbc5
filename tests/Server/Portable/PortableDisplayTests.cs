using Hpc.Actors.Sessions;
using Hpc.Server.Logging;
using Hpc.Server.Portable;
using Hpc.Server.Tests.Admin;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Hpc.Server.Tests.Portable;

public class PortableDisplayTests
{
    [Fact]
    public void Rates_are_what_was_moved_since_the_last_look()
    {
        var rates = new RateTable();
        SessionInfo session = FakeSessions.Session("aa", "ann");
        rates.Measure([session], 1000).Single().ReceivedPerSecond.ShouldBe(0);
        SessionRate rate = rates.Measure([session with { BytesReceived = 2002, BytesSent = 503 }], 3000).Single();
        rate.ReceivedPerSecond.ShouldBe(1000);
        rate.SentPerSecond.ShouldBe(250);
    }

    [Fact]
    public void The_table_shows_sessions_files_and_log_lines_and_nothing_a_peer_could_steer_with()
    {
        SessionInfo session = FakeSessions.Session("aa", "ann") with
        {
            ClientVersion = "SSH-2.0-[red]evil\u001b[2J",
            Transfers = [new TransferInfo("/a[bold]b\n", true, 1, 1)],
        };
        var written = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(written) });
        console.Profile.Width = 200;
        console.Write(SessionDisplay.Render(new RateTable().Measure([session], 1), ["a log line"]));
        string text = written.ToString();
        text.ShouldContain("[red]evil\\u001b[2J");
        text.ShouldContain("/a[bold]b\\u000a");
        text.ShouldContain("a log line");
        text.ShouldNotContain('\u001b');
    }

    [Fact]
    public void Only_the_last_log_lines_are_kept()
    {
        var sink = new RecentLinesSink(2);
        foreach (string text in new[] { "1", "2", "3" })
        {
            sink.Write(new LogLine(LogLevel.Information, text));
        }

        sink.Lines.ShouldBe(["2", "3"]);
    }
}
