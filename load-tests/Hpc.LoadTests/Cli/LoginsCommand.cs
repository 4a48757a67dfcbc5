using System.CommandLine;
using System.Diagnostics;
using Hpc.LoadTests.Engine;
using Hpc.LoadTests.Measure;
using Hpc.LoadTests.Scenarios.Model;
using Hpc.LoadTests.Server;
using Hpc.LoadTests.Sessions;
using Hpc.LoadTests.Targets;

namespace Hpc.LoadTests.Cli;

/// <summary><c>hpc-load logins</c>: so many log-ins, some at a time, for other programs to call.</summary>
internal static class LoginsCommand
{
    private const int MostLogins = 10_000_000;
    private const int MostParallel = 4096;

    public static Command Create()
    {
        var command = new Command("logins", "Log in and out again a number of times and print the figures.");
        var target = new TargetFlags(command);
        var count = new Option<int>("--count") { Description = "Log-ins in all.", DefaultValueFactory = static _ => 100 };
        var parallel = new Option<int>("--parallel") { Description = "Log-ins under way at the same time.", DefaultValueFactory = static _ => 1 };
        var sftp = new Option<bool>("--sftp") { Description = "Open an SFTP channel before logging out." };
        var json = new Option<string>("--json") { Description = "Write JSON; '-' for standard output.", HelpName = "file" };
        foreach (Option option in (Option[])[count, parallel, sftp, json])
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, ct) =>
        {
            int logins = InRange(parsed.GetValue(count), "--count", MostLogins);
            int atOnce = InRange(parsed.GetValue(parallel), "--parallel", MostParallel);
            using var interrupt = new Interrupt(ct);
            await using LoadTarget server = await target.ReadAsync(parsed, new TargetDefaults(), interrupt.Token).ConfigureAwait(false);
            LoginsFigures figures = await RunAsync(server, logins, atOnce, parsed.GetValue(sftp), interrupt.Token).ConfigureAwait(false);
            await LineOutput.WriteAsync(parsed.GetValue(json), figures, figures.ToText()).ConfigureAwait(false);
            return figures.Failed == 0 && figures.Succeeded == logins ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }

    public static int InRange(int value, string flag, int most) =>
        value >= 1 && value <= most ? value : throw new UsageException($"{flag} {value}: a number from 1 to {most} is wanted.");

    private static async Task<LoginsFigures> RunAsync(LoadTarget target, int count, int parallel, bool opensSftp, CancellationToken ct)
    {
        var limits = new ClientLimits();
        var factory = new SessionFactory(target, new AlgorithmChoice(), limits, opensSftp);
        using var recorder = new LoadRecorder();
        TimeSpan cpu = ProcessFigures.Of(Environment.ProcessId).Cpu;
        long started = Stopwatch.GetTimestamp();
        var options = new ParallelOptions { MaxDegreeOfParallelism = parallel };
        await Parallel.ForAsync(0, count, options, async (number, _) =>
        {
            if (!ct.IsCancellationRequested)
            {
                await LogInAsync(factory, number, limits.LoginTimeout, recorder, ct).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        return LoginsFigures.Of(recorder.SnapshotTotals(), elapsed, ProcessFigures.Of(Environment.ProcessId).Cpu - cpu);
    }

    private static async Task LogInAsync(SessionFactory factory, int number, TimeSpan timeout, LoadRecorder recorder, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        long started = Stopwatch.GetTimestamp();
        try
        {
            LoadSession session = await factory.OpenAsync(number, limit.Token).ConfigureAwait(false);
            recorder.Record(LoadOperation.Login, Stopwatch.GetElapsedTime(started), 0, LoadOutcome.Succeeded);
            await session.DisposeAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Interrupted: it counts as neither.
            return;
        }
        catch (Exception exception) when (Failure.IsExpected(exception))
        {
            Failure failure = Failure.Of(exception);
            recorder.Record(LoadOperation.Login, TimeSpan.Zero, 0, failure.Outcome);
            recorder.RecordError(failure.Kind, failure.Message);
        }
    }
}
