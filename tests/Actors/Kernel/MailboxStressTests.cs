using Hpc.Actors.Kernel;

namespace Hpc.Actors.Tests.Kernel;

/// <summary>Tells that race with the mailbox falling idle and with the actor stopping: none may be lost without a trace.</summary>
public sealed class MailboxStressTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ActorSystem _system = new();

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Fact]
    public async Task A_message_told_as_the_mailbox_falls_idle_is_handled()
    {
        const int Rounds = 10_000;
        ActorRef<ProbeMessage> actor = _system.Spawn(new ProbeLog().Probe(), "probe");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                // One question at a time: between two of them the mailbox is often empty.
                string answer = await actor.AskAsync<string>(reply => new ProbeMessage.Ask(reply), Timeout.InfiniteTimeSpan, default);
                answer.ShouldBe("answer");
            }
        }))).WaitAsync(Patience);
        _system.DeadLetters.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Every_message_told_around_a_stop_is_handled_or_a_dead_letter()
    {
        const int Rounds = 500;
        const int Tellers = 3;
        const int PerTeller = 50;
        long handled = 0;
        long refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            ActorRef<ProbeMessage> actor = _system.Spawn(
                Props.Create<ProbeMessage>(() => new Receiver<ProbeMessage>(_ => Interlocked.Increment(ref handled))), $"probe-{round}");
            int stopAt = round % PerTeller;
            await Task.WhenAll(Enumerable.Range(0, Tellers).Select(teller => Task.Run(() =>
            {
                for (int i = 0; i < PerTeller; i++)
                {
                    if (teller == 0 && i == stopAt)
                    {
                        actor.Stop();
                    }

                    if (!actor.Tell(new ProbeMessage.Number(i, teller)))
                    {
                        Interlocked.Increment(ref refused);
                    }
                }
            })));
        }

        await SettleAsync(Rounds * Tellers * PerTeller, () => Interlocked.Read(ref handled));
        Interlocked.Read(ref refused).ShouldBeLessThanOrEqualTo(_system.DeadLetters.Count);
        _system.DeadLetters.CountOf(DeadLetterReason.MailboxFull).ShouldBe(0);
    }

    [Fact]
    public async Task Every_ask_around_a_stop_is_answered_or_fails_without_a_time_out()
    {
        const int Rounds = 1_000;
        int answered = 0;
        int failed = 0;
        for (int round = 0; round < Rounds; round++)
        {
            ActorRef<ProbeMessage> actor = _system.Spawn(new ProbeLog().Probe(), $"probe-{round}");
            Task[] asks = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                try
                {
                    await actor.AskAsync<string>(reply => new ProbeMessage.Ask(reply), Timeout.InfiniteTimeSpan, default);
                    Interlocked.Increment(ref answered);
                }
                catch (DeadLetterException)
                {
                    Interlocked.Increment(ref failed);
                }
            }))];
            actor.Stop();
            await Task.WhenAll(asks).WaitAsync(Patience);
        }

        (answered + failed).ShouldBe(4 * Rounds);
        _system.DeadLetters.Count.ShouldBe(failed);
    }

    [Fact]
    public async Task An_actor_that_waits_for_its_children_to_stop_fails_what_it_is_asked_at_once()
    {
        ActorRef<ProbeMessage> parent = _system.Spawn(new ProbeLog().Probe(), "parent");
        ActorRef<ProbeMessage> child = await parent.RunAsync(self => self.Ctx.Spawn(new ProbeLog().Probe("child"), "child"));
        using ManualResetEventSlim release = await child.HoldAsync();
        Task<string> before;
        using (ManualResetEventSlim parentHeld = await parent.HoldAsync())
        {
            before = AskAsync(parent);
            parent.Stop();
            parentHeld.Set();
        }

        await Should.ThrowAsync<DeadLetterException>(before.WaitAsync(Patience));
        await Should.ThrowAsync<DeadLetterException>(AskAsync(parent).WaitAsync(Patience));
        parent.IsTerminated.ShouldBeFalse();
        release.Set();
        await parent.TerminatedAsync();
    }

    [Fact]
    public async Task A_message_told_after_a_stop_is_never_handled()
    {
        int handled = 0;
        for (int round = 0; round < 5_000; round++)
        {
            ActorRef<ProbeMessage> actor = _system.Spawn(
                Props.Create<ProbeMessage>(() => new Receiver<ProbeMessage>(message => handled += ((ProbeMessage.Number)message).Value)), $"probe-{round}");
            actor.Tell(new ProbeMessage.Number(0));
            actor.Stop();
            actor.Tell(new ProbeMessage.Number(1));
            await actor.TerminatedAsync();
        }

        handled.ShouldBe(0);
    }

    [Fact]
    public async Task A_watched_child_that_is_gone_leaves_its_name_free()
    {
        const int Successors = 20_000;
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        int left = Successors;
        ActorRef<ProbeMessage> parent = _system.Spawn(new ProbeLog().Probe(), "parent");
        void Succeed(ProbeActor self)
        {
            try
            {
                ActorRef<ProbeMessage> child = self.Ctx.Spawn(
                    Props.Create<ProbeMessage>(() => new Receiver<ProbeMessage>(static _ => { })), "child");
                if (--left == 0)
                {
                    done.SetResult(Successors);
                    return;
                }

                self.Ctx.Watch(child, new ProbeMessage.Do(Succeed));
                child.Stop();
            }
            catch (InvalidOperationException error)
            {
                done.SetException(error);
            }
        }

        parent.Tell(new ProbeMessage.Do(Succeed));
        (await done.Task.WaitAsync(Patience)).ShouldBe(Successors);
    }

    private static Task<string> AskAsync(ActorRef<ProbeMessage> actor) =>
        actor.AskAsync<string>(reply => new ProbeMessage.Ask(reply), Timeout.InfiniteTimeSpan, default).AsTask();

    private async Task SettleAsync(long told, Func<long> handled)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (handled() + _system.DeadLetters.Count != told)
        {
            patience.IsCancellationRequested.ShouldBeFalse($"{told} told, {handled()} handled, {_system.DeadLetters.Count} dead letters");
            await Task.Yield();
        }
    }
}
