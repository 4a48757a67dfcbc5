using System.CommandLine;
using System.Net;
using Hpc.LoadTests.Scenarios.Model;
using Hpc.LoadTests.Sessions;
using Hpc.LoadTests.Targets;

namespace Hpc.LoadTests.Cli;

/// <summary><c>hpc-load race</c>: log-ins of users that may have so many sessions, at several nodes at once.</summary>
internal static class RaceCommand
{
    private const int MostLogins = 10_000_000;
    private const int MostParallel = 4096;
    private const int MostUsers = 10_000;
    private const int MostHold = 600_000;

    public static Command Create()
    {
        var command = new Command("race", "Log in as random users at random nodes, stay for a while, log out, and print how many sessions a user had at most, seen from here.");
        var target = new TargetFlags(command);
        var also = new Option<string[]>("--also") { Description = "Another node, host:port, that the users may log in at. May be repeated.", HelpName = "host:port" };
        var users = new Option<int>("--users") { Description = "Users: the name of --user with 0, 1, 2, … behind it.", DefaultValueFactory = static _ => 1 };
        var limit = new Option<int>("--limit") { Description = "Sessions that a user may have.", DefaultValueFactory = static _ => 5 };
        var count = new Option<int>("--count") { Description = "Log-ins to try in all.", DefaultValueFactory = static _ => 1000 };
        var parallel = new Option<int>("--parallel") { Description = "Log-ins and sessions at the same time.", DefaultValueFactory = static _ => 64 };
        var hold = new Option<int>("--hold") { Description = "Milliseconds that a session lasts at most; each a random part of it.", DefaultValueFactory = static _ => 1000 };
        var seed = new Option<int>("--seed") { Description = "Of the random choices.", DefaultValueFactory = static _ => 1 };
        var json = new Option<string>("--json") { Description = "Write JSON; '-' for standard output.", HelpName = "file" };
        foreach (Option option in (Option[])[also, users, limit, count, parallel, hold, seed, json])
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, ct) =>
        {
            var plan = new RacePlan
            {
                Users = LoginsCommand.InRange(parsed.GetValue(users), "--users", MostUsers),
                Limit = LoginsCommand.InRange(parsed.GetValue(limit), "--limit", MostParallel),
                Count = LoginsCommand.InRange(parsed.GetValue(count), "--count", MostLogins),
                Parallel = LoginsCommand.InRange(parsed.GetValue(parallel), "--parallel", MostParallel),
                Hold = TimeSpan.FromMilliseconds(LoginsCommand.InRange(parsed.GetValue(hold), "--hold", MostHold)),
                Seed = parsed.GetValue(seed),
            };
            using var interrupt = new Interrupt(ct);
            await using LoadTarget server = await target.ReadAsync(parsed, new TargetDefaults(), interrupt.Token).ConfigureAwait(false);
            IPEndPoint[] others = await target.ResolveAsync(parsed, parsed.GetValue(also) ?? [], interrupt.Token).ConfigureAwait(false);
            RaceFigures figures = await RunAsync(server, others, plan, interrupt.Token).ConfigureAwait(false);
            await LineOutput.WriteAsync(parsed.GetValue(json), figures, figures.ToText()).ConfigureAwait(false);
            return figures.Above == 0 ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }

    private static async Task<RaceFigures> RunAsync(LoadTarget target, IPEndPoint[] others, RacePlan plan, CancellationToken ct)
    {
        var limits = new ClientLimits();
        string[] names = [.. Enumerable.Range(0, plan.Users).Select(number => target.Users[0] + number)];
        SessionFactory[] nodes = [.. others.Prepend(target.EndPoint).Select(endPoint => new SessionFactory(target.At(endPoint, names), new AlgorithmChoice(), limits, opensSftp: false))];
        var race = new Race(nodes, plan, limits.LoginTimeout);
        await race.RunAsync(ct).ConfigureAwait(false);
        return race.Figures;
    }
}
