using System.Text.Json;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Server.Logging;
using Hpc.Server.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Tests.Logging;

public partial class HpcLoggerTests
{
    [Fact]
    public async Task Values_of_scopes_and_of_the_event_become_fields()
    {
        IReadOnlyList<JsonElement> lines = await LogAsync(LogLevel.Debug, factory =>
        {
            ILogger logger = factory.CreateLogger("Hpc.SshProtocol.Ssh.SshConnection");
            using (logger.BeginScope(new Dictionary<string, object?> { ["ConnectionId"] = "c7", ["UserName"] = "outer" }))
            {
                Greeted(logger, "inner");
            }
        });
        lines.Single().GetProperty("sender").GetString().ShouldBe("sshd");
        lines.Single().GetProperty("connection_id").GetString().ShouldBe("c7");
        lines.Single().GetProperty("user_name").GetString().ShouldBe("inner");
        lines.Single().GetProperty("message").GetString().ShouldBe("hello inner");
    }

    [Fact]
    public async Task An_event_may_name_its_sender()
    {
        IReadOnlyList<JsonElement> lines = await LogAsync(LogLevel.Debug, factory => Uploaded(factory.CreateLogger("Hpc.SshProtocol.Sftp.X"), "Upload", 5));
        lines.Single().GetProperty("sender").GetString().ShouldBe("Upload");
        lines.Single().GetProperty("size_bytes").GetInt64().ShouldBe(5);
    }

    [Theory]
    [InlineData("Hpc.Actors.Limits.UsageKeeper", "usage")]
    [InlineData("Hpc.Actors.Sessions.SessionGate", "sessions")]
    public async Task What_counts_usage_is_no_session(string category, string sender)
    {
        IReadOnlyList<JsonElement> lines = await LogAsync(LogLevel.Debug, factory => Greeted(factory.CreateLogger(category), "you"));
        lines.Single().GetProperty("sender").GetString().ShouldBe(sender);
    }

    [Fact]
    public async Task What_is_below_the_level_is_not_written()
    {
        IReadOnlyList<JsonElement> lines = await LogAsync(LogLevel.Warning, factory => Greeted(factory.CreateLogger("x"), "you"));
        lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_web_server_logs_only_what_is_wrong()
    {
        IReadOnlyList<JsonElement> lines = await LogAsync(LogLevel.Debug, factory => Greeted(factory.CreateLogger("Microsoft.AspNetCore.Server.Kestrel"), "you"));
        lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_full_queue_drops_debug_and_info_keeps_warnings_and_counts()
    {
        using var gate = new ManualResetEventSlim();
        var sink = new GatedSink(gate);
        var provider = new HpcLoggerProvider(LogFormatter.Json(TimeProvider.System, utc: true), sink, LogLevel.Debug);
        using var factory = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(provider));
        ILogger logger = factory.CreateLogger("x");
        for (int i = 0; i < LogQueue.Capacity + 500; i++)
        {
            Greeted(logger, "you");
        }

        Alarmed(logger);
        long dropped = provider.Dropped;
        gate.Set();
        await provider.DisposeAsync();

        // The writer holds one line while it waits for the gate; whether it had taken it before the queue filled is open.
        dropped.ShouldBeInRange(499, 500);
        sink.Lines.Count(line => line.Level == LogLevel.Warning && line.Text.Contains("alarm", StringComparison.Ordinal)).ShouldBe(1);
        sink.Lines.ShouldContain(line => line.Text.Contains($"{dropped} log lines were dropped", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_sink_that_fails_stops_nothing()
    {
        var provider = new HpcLoggerProvider(LogFormatter.Json(TimeProvider.System, utc: true), new FailingSink(), LogLevel.Debug);
        using var factory = LoggerFactory.Create(builder => builder.AddProvider(provider));
        Alarmed(factory.CreateLogger("x"));
        await provider.DisposeAsync();
        provider.Dropped.ShouldBe(1);
    }

    [Fact]
    public void Files_rotate_by_size_and_keep_their_number_of_backups()
    {
        using var directory = new TemporaryDirectory();
        string path = directory["hpc.log"];
        using (var sink = new RollingFileSink(path, maxSize: 20, maxBackups: 2))
        {
            for (int i = 1; i <= 5; i++)
            {
                sink.Write(new LogLine(LogLevel.Information, $"line {i} ........"));
            }
        }

        File.ReadAllText(path).ShouldBe("line 5 ........\n");
        File.ReadAllText(path + ".1").ShouldBe("line 4 ........\n");
        File.ReadAllText(path + ".2").ShouldBe("line 3 ........\n");
        File.Exists(path + ".3").ShouldBeFalse();
    }

    [Fact]
    public void A_file_that_cannot_be_rotated_goes_on_and_is_rotated_later()
    {
        using var directory = new TemporaryDirectory();
        string path = directory["hpc.log"];
        Directory.CreateDirectory(path + ".1");
        using var sink = new RollingFileSink(path, maxSize: 20, maxBackups: 2);
        sink.Write(new LogLine(LogLevel.Information, "line 1 ........"));
        sink.Write(new LogLine(LogLevel.Information, "line 2 ........"));
        sink.TakeProblem().ShouldNotBeNull().ShouldStartWith("the log file cannot be rotated");
        sink.Write(new LogLine(LogLevel.Information, "line 3 ........"));
        sink.Write(new LogLine(LogLevel.Information, "line 4 ........"));
        sink.TakeProblem().ShouldBeNull();
        sink.Flush();
        File.ReadAllLines(path).Length.ShouldBe(4);

        Directory.Delete(path + ".1");
        sink.Write(new LogLine(LogLevel.Information, "line 5 ........"));
        sink.Write(new LogLine(LogLevel.Information, "line 6 ........"));
        sink.Flush();
        File.ReadAllLines(path + ".1").Concat(File.ReadAllLines(path)).ShouldBe([.. Enumerable.Range(1, 6).Select(i => $"line {i} ........")]);
    }

    [Fact]
    public void A_rotation_that_is_repeated_pushes_no_backup_out()
    {
        using var directory = new TemporaryDirectory();
        string path = directory["hpc.log"];
        File.WriteAllText(path + ".2", "oldest");
        using (var sink = new RollingFileSink(path, maxSize: 20, maxBackups: 2))
        {
            sink.Write(new LogLine(LogLevel.Information, "line 1 ........"));
            sink.Write(new LogLine(LogLevel.Information, "line 2 ........"));
        }

        File.ReadAllText(path + ".1").ShouldBe("line 1 ........\n");
        File.ReadAllText(path + ".2").ShouldBe("oldest");
    }

    [Fact]
    public async Task A_problem_of_the_file_is_told_in_the_log()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory["hpc.log.1"]);
        var provider = new HpcLoggerProvider(
            LogFormatter.Json(TimeProvider.System, utc: true), new RollingFileSink(directory["hpc.log"], maxSize: 20, maxBackups: 1), LogLevel.Debug);
        using (var factory = LoggerFactory.Create(builder => builder.AddProvider(provider)))
        {
            Alarmed(factory.CreateLogger("x"));
            Alarmed(factory.CreateLogger("x"));
        }

        await provider.DisposeAsync();
        File.ReadAllLines(directory["hpc.log"]).Count(line => line.Contains("alarm", StringComparison.Ordinal)).ShouldBe(2);
        File.ReadAllLines(directory["hpc.log"]).Count(line => line.Contains("cannot be rotated", StringComparison.Ordinal)).ShouldBe(1);
        provider.Dropped.ShouldBe(0);
    }

    [Fact]
    public void A_log_file_is_closed_to_others()
    {
        using var directory = new TemporaryDirectory();
        FileSystemCall.ClearUmask();
        using var sink = new RollingFileSink(directory["hpc.log"], 0, 0);
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;
        (File.GetUnixFileMode(directory["hpc.log"]) & Others).ShouldBe(UnixFileMode.None);
    }

    [Fact]
    public void A_log_file_that_was_moved_away_is_made_anew_on_reopen()
    {
        using var directory = new TemporaryDirectory();
        string path = directory["hpc.log"];
        using (var sink = new RollingFileSink(path, 0, 0))
        {
            sink.Write(new LogLine(LogLevel.Information, "old"));
            sink.Flush();
            File.Move(path, path + ".moved");
            sink.Reopen();
            sink.Write(new LogLine(LogLevel.Information, "new"));
        }

        File.ReadAllText(path).ShouldBe("new\n");
        File.ReadAllText(path + ".moved").ShouldBe("old\n");
    }

    [Fact]
    public void A_log_file_that_cannot_be_opened_names_its_key() =>
        Should.Throw<ConfigurationException>(() => LogSetup.Create(new LogSection { File = "/nonexistent/dir/x.log" }, TextWriter.Null, false, TimeProvider.System))
            .Message.ShouldStartWith("log.file: found \"/nonexistent/dir/x.log\"");

    [LoggerMessage(1, LogLevel.Information, "hello {UserName}")]
    private static partial void Greeted(ILogger logger, string userName);

    [LoggerMessage(2, LogLevel.Information, "{Sender} of {SizeBytes} bytes")]
    private static partial void Uploaded(ILogger logger, string sender, long sizeBytes);

    [LoggerMessage(3, LogLevel.Warning, "alarm")]
    private static partial void Alarmed(ILogger logger);

    private static async Task<IReadOnlyList<JsonElement>> LogAsync(LogLevel minimum, Action<ILoggerFactory> act)
    {
        var written = new StringWriter();
        var provider = new HpcLoggerProvider(LogFormatter.Json(TimeProvider.System, utc: true), new ConsoleSink(written), minimum);
        using (var factory = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Trace).AddProvider(provider)))
        {
            act(factory);
        }

        await provider.DisposeAsync();
        return [.. written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private sealed class GatedSink(ManualResetEventSlim gate) : ILogSink
    {
        public List<LogLine> Lines { get; } = [];

        public void Write(LogLine line)
        {
            gate.Wait();
            Lines.Add(line);
        }

        public void Flush()
        {
        }

        public void Reopen()
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class FailingSink : ILogSink
    {
        public void Write(LogLine line) => throw new IOException("disk full");

        public void Flush()
        {
        }

        public void Reopen()
        {
        }

        public void Dispose()
        {
        }
    }
}
