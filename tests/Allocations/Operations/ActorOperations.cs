using System.Globalization;
using Hpc.Actors.Kernel;
using Hpc.Benchmarks.Actors;

namespace Hpc.Allocations.Tests.Operations;

internal static class ActorOperations
{
    private const int Actors = 10_000;

    private static readonly string[] Names = [.. Enumerable.Range(0, Actors).Select(static i => i.ToString(CultureInfo.InvariantCulture))];

    public static IEnumerable<Operation> All =>
    [
        Mailbox("tell", static rig => rig.TellAll()),
        Mailbox("hop between two", static rig => rig.PingPong()),
        new Operation("actor: idle, bytes kept", Tolerance.AllThreads, static async () => await Measure.RetainedAsync(SpawnAsync, static system => system.StopAsync(), Actors, 2)),
    ];

    private static Operation Mailbox(string name, Action<MailboxRig> run) => new($"actor: {name}", Tolerance.AllThreads, async () =>
    {
        await using var rig = new MailboxRig();
        return await Measure.InProcessAsync(
            () =>
            {
                run(rig);
                return Task.CompletedTask;
            },
            MailboxRig.Messages,
            warmUps: 20,
            tries: 50);
    });

    private static async Task<ActorSystem> SpawnAsync()
    {
        var system = new ActorSystem();
        using var started = new Countdown();
        started.Start(Actors);
        var props = new Props<BenchMessage>(() => new CountingActor(started));
        var message = new BenchMessage();
        foreach (string name in Names)
        {
            system.Spawn(props, name).Tell(message);
        }

        await Task.Run(started.Wait);
        return system;
    }
}
