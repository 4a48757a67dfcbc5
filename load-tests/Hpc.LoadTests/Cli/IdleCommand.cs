using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using Hpc.LoadTests.Engine;
using Hpc.LoadTests.Measure;
using Hpc.LoadTests.Scenarios.Model;
using Hpc.LoadTests.Scenarios.Reading;
using Hpc.LoadTests.Server;
using Hpc.LoadTests.Sessions;
using Hpc.LoadTests.Targets;

namespace Hpc.LoadTests.Cli;

/// <summary><c>hpc-load idle</c>: opens sessions and keeps them, for other programs to call.</summary>
internal static class IdleCommand
{
    public static Command Create()
    {
        var command = new Command("idle", "Open sessions with an SFTP channel each, print a line of JSON when all are open, and keep them.");
        var target = new TargetFlags(command);
        var sessions = new Option<int>("--sessions") { Description = "How many.", DefaultValueFactory = static _ => 100 };
        var parallel = new Option<int>("--parallel") { Description = "Log-ins under way at the same time.", DefaultValueFactory = static _ => 16 };
        var hold = new Option<bool>("--hold-until-stdin-closes") { Description = "Keep the sessions until standard input ends; else until interrupted." };
        foreach (Option option in (Option[])[sessions, parallel, hold])
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, ct) =>
        {
            int wanted = LoginsCommand.InRange(parsed.GetValue(sessions), "--sessions", ScenarioLimits.Sessions);
            int atOnce = LoginsCommand.InRange(parsed.GetValue(parallel), "--parallel", ScenarioLimits.LoginsInFlight);
            using var interrupt = new Interrupt(ct);
            await using LoadTarget server = await target.ReadAsync(parsed, new TargetDefaults(), interrupt.Token).ConfigureAwait(false);
            return await RunAsync(server, wanted, atOnce, parsed.GetValue(hold), interrupt.Token).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> RunAsync(LoadTarget target, int wanted, int parallel, bool holdsForInput, CancellationToken ct)
    {
        var factory = new SessionFactory(target, new AlgorithmChoice(), new ClientLimits());
        var open = new ConcurrentBag<LoadSession>();
        var errors = new ErrorTable();
        long started = Stopwatch.GetTimestamp();
        try
        {
            await OpenAsync(factory, wanted, parallel, open, errors, ct).ConfigureAwait(false);
            factory.TrimBuffers();
            await WriteAsync(open.Count, open, wanted, started, errors).ConfigureAwait(false);
            if (open.Count == wanted)
            {
                await HoldAsync(holdsForInput, ct).ConfigureAwait(false);
            }

            int alive = open.Count(static session => session.IsAlive);
            if (alive < open.Count)
            {
                errors.Add("session lost", "The server ended a connection while nothing was asked of it.");
                await WriteAsync(alive, open, wanted, started, errors).ConfigureAwait(false);
            }

            return alive == wanted ? ExitCodes.Success : ExitCodes.Failure;
        }
        finally
        {
            await Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = parallel }, static async (session, _) =>
                await session.DisposeAsync().ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    private static async Task OpenAsync(SessionFactory factory, int wanted, int parallel, ConcurrentBag<LoadSession> open, ErrorTable errors, CancellationToken ct)
    {
        TimeSpan timeout = new ClientLimits().LoginTimeout;
        await Parallel.ForAsync(0, wanted, new ParallelOptions { MaxDegreeOfParallelism = parallel }, async (number, _) =>
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(timeout);
            try
            {
                open.Add(await factory.OpenAsync(number, limit.Token).ConfigureAwait(false));
            }
            catch (Exception exception) when (Failure.IsExpected(exception))
            {
                Failure failure = Failure.Of(exception);
                errors.Add(failure.Kind, failure.Message);
            }
        }).ConfigureAwait(false);
    }

    private static Task WriteAsync(int alive, ConcurrentBag<LoadSession> open, int wanted, long started, ErrorTable errors) => LineOutput.WriteAsync(
        "-",
        new
        {
            Wanted = wanted,
            Open = alive,
            Failed = wanted - open.Count,
            Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
            ClientRssKib = ProcessFigures.Of(Environment.ProcessId).ResidentKib,
            Server = open.TryPeek(out LoadSession? first) ? first.ServerVersion : "",
            Errors = errors.Snapshot(),
        },
        "");

    private static async Task HoldAsync(bool holdsForInput, CancellationToken ct)
    {
        if (!holdsForInput)
        {
            await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        using Stream input = Console.OpenStandardInput();
        var buffer = new byte[256];
        Task<int> reading = Task.Run(async () => await input.ReadAsync(buffer, ct).ConfigureAwait(false), ct);
        while (await Task.WhenAny(reading, Task.Delay(Timeout.Infinite, ct)).ConfigureAwait(false) == reading && await reading.ConfigureAwait(false) > 0)
        {
            reading = Task.Run(async () => await input.ReadAsync(buffer, ct).ConfigureAwait(false), ct);
        }
    }
}
