using System.Collections.Concurrent;
using Hpc.Actors.Kernel;

namespace Hpc.Actors.Tests.Kernel;

internal abstract record ProbeMessage : Message
{
    public sealed record Number(int Value, int Sender = 0) : ProbeMessage;

    public sealed record Fail(string Text = "on purpose") : ProbeMessage;

    public sealed record Ask(Reply<string> Answer) : ProbeMessage, IAsk
    {
        public Reply Reply => Answer;
    }

    public sealed record Do(Action<ProbeActor> Action) : ProbeMessage;

    public sealed record Note(string Text) : ProbeMessage;
}

/// <summary>Writes down all that happens to it and does what it is told.</summary>
internal sealed class ProbeActor(ProbeLog log, string name = "probe") : Actor<ProbeMessage>
{
    public bool KeepChildren { get; init; }

    public ActorRef<ProbeMessage> Me => Self;

    public ActorContext<ProbeMessage> Ctx => Context;

    public CancellationToken StoppingToken => Stopping;

    protected override void PreStart() => log.Add($"{name} started");

    protected override void PostStop() => log.Add($"{name} stopped");

    protected override void PostRestart(Exception reason) => log.Add($"{name} restarted");

    protected override void PreRestart(Exception reason)
    {
        log.Add($"{name} restarts: {reason.Message}");
        if (!KeepChildren)
        {
            base.PreRestart(reason);
        }
    }

    protected override void Receive(ProbeMessage message)
    {
        switch (message)
        {
            case ProbeMessage.Number number: log.Add($"{number.Value}"); break;
            case ProbeMessage.Fail fail: throw new InvalidOperationException(fail.Text);
            case ProbeMessage.Ask ask: ask.Answer.TrySet("answer"); break;
            case ProbeMessage.Do work: work.Action(this); break;
            case ProbeMessage.Note note: log.Add(note.Text); break;
            default: throw new InvalidOperationException();
        }
    }
}

internal sealed class ProbeLog
{
    private readonly ConcurrentQueue<string> _lines = new();

    public string[] Lines => [.. _lines];

    public void Add(string line) => _lines.Enqueue(line);

    public async Task<string[]> WaitForAsync(string line)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!_lines.Contains(line))
        {
            patience.IsCancellationRequested.ShouldBeFalse($"'{line}' never came; there is: {string.Join(", ", _lines)}");
            await Task.Yield();
        }

        return Lines;
    }
}

internal static class ProbeExtensions
{
    public static Props<ProbeMessage> Probe(this ProbeLog log, string name = "probe", bool keepChildren = false) =>
        Props.Create<ProbeMessage>(() => new ProbeActor(log, name) { KeepChildren = keepChildren });

    /// <summary>Runs something on the actor's turn and waits for it.</summary>
    public static async Task<T> RunAsync<T>(this ActorRef<ProbeMessage> actor, Func<ProbeActor, T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        actor.Tell(new ProbeMessage.Do(self => done.SetResult(work(self)))).ShouldBeTrue();
        return await done.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    /// <summary>Blocks the actor's turn until the result is set.</summary>
    public static async Task<ManualResetEventSlim> HoldAsync(this ActorRef<ProbeMessage> actor)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new ManualResetEventSlim();
        actor.Tell(new ProbeMessage.Do(_ =>
        {
            held.SetResult();
            release.Wait();
        }));
        await held.Task.WaitAsync(TimeSpan.FromSeconds(20));
        return release;
    }

    public static async Task TerminatedAsync<T>(this ActorRef<T> actor)
        where T : Message
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!actor.IsTerminated)
        {
            patience.IsCancellationRequested.ShouldBeFalse("the actor never stopped");
            await Task.Yield();
        }
    }
}
