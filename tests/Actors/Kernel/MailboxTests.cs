using Hpc.Actors.Kernel;
using Hpc.TestKit;

namespace Hpc.Actors.Tests.Kernel;

public sealed class MailboxTests : IAsyncDisposable
{
    private readonly ActorSystem _system = new();
    private readonly ProbeLog _log = new();

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Fact]
    public async Task A_million_messages_from_four_threads_arrive_once_each_and_in_their_senders_order()
    {
        const int Senders = 4;
        const int PerSender = 250_000;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int[] next = new int[Senders];
        int received = 0;
        int outOfOrder = 0;
        ActorRef<ProbeMessage> actor = _system.Spawn(
            Props.Create<ProbeMessage>(() => new Receiver<ProbeMessage>(message =>
            {
                var number = (ProbeMessage.Number)message;
                outOfOrder += next[number.Sender]++ == number.Value ? 0 : 1;
                if (++received == Senders * PerSender)
                {
                    done.SetResult();
                }
            })) with { MailboxCapacity = int.MaxValue },
            "counter");

        Thread[] threads = [.. Enumerable.Range(0, Senders).Select(sender => new Thread(() =>
        {
            for (int i = 0; i < PerSender; i++)
            {
                actor.Tell(new ProbeMessage.Number(i, sender));
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        await done.Task.WaitAsync(TimeSpan.FromSeconds(20));

        received.ShouldBe(Senders * PerSender);
        outOfOrder.ShouldBe(0);
        _system.DeadLetters.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_tell_allocates_nothing()
    {
        const int Messages = 10_000;
        ActorRef<ProbeMessage> actor = _system.Spawn(_log.Probe() with { MailboxCapacity = 2 * Messages }, "probe");
        ProbeMessage[] messages = [.. Enumerable.Range(0, Messages).Select(i => new ProbeMessage.Note("n"))];
        using ManualResetEventSlim release = await actor.HoldAsync();
        actor.Tell(new ProbeMessage.Note("warm"));

        // A message waits in one mailbox once, so every try has its own.
        long allocated = AllocatedBytes.Least(part =>
        {
            for (int i = part * (Messages / 10); i < (part + 1) * (Messages / 10); i++)
            {
                actor.Tell(messages[i]);
            }
        });
        release.Set();
        allocated.ShouldBe(0);
    }

    [Fact]
    public async Task A_full_mailbox_refuses_what_comes_and_keeps_what_waits()
    {
        var lost = new List<DeadLetter>();
        _system.DeadLetters.Subscribe(lost.Add);
        ActorRef<ProbeMessage> actor = _system.Spawn(_log.Probe() with { MailboxCapacity = 3 }, "probe");
        using (ManualResetEventSlim release = await actor.HoldAsync())
        {
            Enumerable.Range(0, 5).Select(i => actor.Tell(new ProbeMessage.Number(i))).ShouldBe([true, true, true, false, false]);
            release.Set();
            await _log.WaitForAsync("2");
        }

        _log.Lines.ShouldBe(["probe started", "0", "1", "2"]);
        _system.DeadLetters.CountOf(DeadLetterReason.MailboxFull).ShouldBe(2);
        lost.Select(letter => (letter.Path, letter.Message, letter.Reason)).ShouldBe(
        [
            ("/server/probe", new ProbeMessage.Number(3), DeadLetterReason.MailboxFull),
            ("/server/probe", new ProbeMessage.Number(4), DeadLetterReason.MailboxFull),
        ]);
        actor.Tell(new ProbeMessage.Number(5)).ShouldBeTrue();
        await _log.WaitForAsync("5");
    }

    [Fact]
    public async Task An_actor_whose_overflow_policy_says_so_stops_when_its_mailbox_is_full()
    {
        ActorRef<ProbeMessage> actor = _system.Spawn(_log.Probe() with { MailboxCapacity = 1, Overflow = MailboxOverflow.Stop }, "probe");
        using ManualResetEventSlim release = await actor.HoldAsync();
        actor.Tell(new ProbeMessage.Number(0));
        actor.Tell(new ProbeMessage.Number(1));
        release.Set();
        await _log.WaitForAsync("probe stopped");
        await actor.TerminatedAsync();
        _log.Lines.ShouldBe(["probe started", "probe stopped"]);
        _system.DeadLetters.Count.ShouldBe(2);
    }

    [Fact]
    public async Task One_message_told_to_many_actors_reaches_each()
    {
        var message = new ProbeMessage.Note("hello");
        ProbeLog[] logs = [.. Enumerable.Range(0, 100).Select(_ => new ProbeLog())];
        ActorRef<ProbeMessage>[] actors = [.. logs.Select((log, i) => _system.Spawn(log.Probe(), $"probe-{i}"))];
        foreach (ActorRef<ProbeMessage> actor in actors)
        {
            actor.Tell(message);
            actor.Tell(message);
        }

        foreach ((ActorRef<ProbeMessage> actor, ProbeLog log) in actors.Zip(logs))
        {
            await actor.RunAsync(_ => 0);
            log.Lines.ShouldBe(["probe started", "hello", "hello"]);
        }
    }

    [Fact]
    public async Task What_a_stopped_actor_is_told_is_a_dead_letter()
    {
        ActorRef<ProbeMessage> actor = _system.Spawn(_log.Probe(), "probe");
        using (ManualResetEventSlim release = await actor.HoldAsync())
        {
            actor.Tell(new ProbeMessage.Number(0));
            actor.Stop();
            release.Set();
            await actor.TerminatedAsync();
        }

        actor.Tell(new ProbeMessage.Number(1)).ShouldBeFalse();
        _log.Lines.ShouldBe(["probe started", "probe stopped"]);
        await WaitUntilAsync(() => _system.DeadLetters.CountOf(DeadLetterReason.Terminated) == 2);
    }

    [Fact]
    public async Task A_busy_actor_does_not_keep_another_from_its_turn()
    {
        ActorRef<ProbeMessage> busy = _system.Spawn(
            Props.Create<ProbeMessage>(() => new Receiver<ProbeMessage>((message, self) => self.Tell(message))), "busy");
        busy.Tell(new ProbeMessage.Number(0));
        ActorRef<ProbeMessage> other = _system.Spawn(_log.Probe(), "probe");
        (await other.RunAsync(_ => 7)).ShouldBe(7);
        busy.Stop();
        await busy.TerminatedAsync();
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            patience.IsCancellationRequested.ShouldBeFalse();
            await Task.Yield();
        }
    }
}

internal sealed class Receiver<T>(Action<T, ActorRef<T>> receive) : Actor<T>
    where T : Message
{
    public Receiver(Action<T> receive)
        : this((message, _) => receive(message))
    {
    }

    protected override void Receive(T message) => receive(message, Self);
}
