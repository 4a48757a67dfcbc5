using Hpc.Actors.Kernel;
using Hpc.TestKit;

namespace Hpc.Actors.Tests.Kernel;

public sealed class ActorContextTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly ActorSystem _system;
    private readonly ProbeLog _log = new();

    public ActorContextTests() => _system = new ActorSystem(timeProvider: _time);

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Theory]
    [InlineData("alice", "/server/users/alice")]
    [InlineData("a/b", "/server/users/a%2Fb")]
    [InlineData("..", "/server/users/%2E%2E")]
    [InlineData("per cent%", "/server/users/per%20cent%25")]
    public async Task Names_are_escaped_in_paths(string name, string path)
    {
        ActorRef<ProbeMessage> users = _system.Spawn(_log.Probe(), "users");
        ActorRef<ProbeMessage> user = await users.RunAsync(self => self.Ctx.Spawn(_log.Probe(), name));
        user.Path.ShouldBe(path);
        user.Name.ShouldBe(name);
    }

    [Fact]
    public async Task A_name_is_free_again_once_its_actor_has_terminated()
    {
        ActorRef<ProbeMessage> parent = _system.Spawn(_log.Probe("parent"), "parent");
        ActorRef<ProbeMessage> child = await parent.RunAsync(self => self.Ctx.Spawn(_log.Probe("child"), "child"));
        (await parent.RunAsync(self => Record.Exception(() => self.Ctx.Spawn(_log.Probe(), "child")))).ShouldBeOfType<InvalidOperationException>();
        await parent.RunAsync(self =>
        {
            self.Ctx.Watch(child, new ProbeMessage.Note("gone"));
            return 0;
        });
        child.Stop();
        await _log.WaitForAsync("gone");
        (await parent.RunAsync(self => self.Ctx.Spawn(_log.Probe(), "child").Name)).ShouldBe("child");
    }

    [Fact]
    public async Task A_watcher_hears_of_the_end_even_with_a_full_mailbox()
    {
        ActorRef<ProbeMessage> watched = _system.Spawn(_log.Probe("watched"), "watched");
        ActorRef<ProbeMessage> watcher = _system.Spawn(_log.Probe("watcher") with { MailboxCapacity = 2 }, "watcher");
        await watcher.RunAsync(self =>
        {
            self.Ctx.Watch(watched, new ProbeMessage.Note("gone"));
            return 0;
        });
        using ManualResetEventSlim release = await watcher.HoldAsync();
        while (watcher.Tell(new ProbeMessage.Number(1)))
        {
        }

        watched.Stop();
        await watched.TerminatedAsync();
        release.Set();
        await _log.WaitForAsync("gone");
    }

    [Fact]
    public async Task Watching_an_actor_that_has_stopped_tells_at_once()
    {
        ActorRef<ProbeMessage> watched = _system.Spawn(_log.Probe("watched"), "watched");
        watched.Stop();
        await watched.TerminatedAsync();
        ActorRef<ProbeMessage> watcher = _system.Spawn(_log.Probe("watcher"), "watcher");
        watcher.Tell(new ProbeMessage.Do(self => self.Ctx.Watch(watched, new ProbeMessage.Note("gone"))));
        watcher.Tell(new ProbeMessage.Do(self => self.Ctx.Watch(default(ActorRef<ProbeMessage>), new ProbeMessage.Note("nobody"))));
        await _log.WaitForAsync("gone");
        await _log.WaitForAsync("nobody");
    }

    [Fact]
    public async Task A_timer_tells_when_its_time_has_come_and_not_after_it_was_taken_back()
    {
        ActorRef<ProbeMessage> actor = _system.Spawn(_log.Probe(), "probe");
        using IDisposable due = _system.Scheduler.ScheduleOnce(TimeSpan.FromSeconds(5), actor, new ProbeMessage.Number(1));
        IDisposable takenBack = _system.Scheduler.ScheduleOnce(TimeSpan.FromSeconds(5), actor, new ProbeMessage.Number(2));
        takenBack.Dispose();
        _time.Advance(TimeSpan.FromSeconds(4.9));
        await actor.RunAsync(_ => 0);
        _log.Lines.ShouldBe(["probe started"]);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await actor.RunAsync(_ => 0);
        _log.Lines.ShouldBe(["probe started", "1"]);
    }

    [Fact]
    public async Task Ticks_do_not_pile_up_and_end_with_the_actor()
    {
        ActorRef<ProbeMessage> actor = _system.Spawn(_log.Probe(), "probe");
        using IDisposable ticks = _system.Scheduler.SchedulePeriodic(TimeSpan.FromSeconds(1), actor, new ProbeMessage.Note("tick"));
        using (ManualResetEventSlim release = await actor.HoldAsync())
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            release.Set();
            await actor.RunAsync(_ => 0);
        }

        _log.Lines.ShouldBe(["probe started", "tick"]);
        _time.Advance(TimeSpan.FromSeconds(1));
        await actor.RunAsync(_ => 0);
        _log.Lines.ShouldBe(["probe started", "tick", "tick"]);
        actor.Stop();
        await actor.TerminatedAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        _time.PendingTimers.ShouldBe(0);
        _system.DeadLetters.Count.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_piped_comes_as_a_message_even_above_the_mailboxs_bound()
    {
        ActorRef<ProbeMessage> actor = _system.Spawn(_log.Probe() with { MailboxCapacity = 1 }, "probe");
        using ManualResetEventSlim release = await actor.HoldAsync();
        actor.Tell(new ProbeMessage.Number(0)).ShouldBeTrue();
        ValueTask.FromResult(1).PipeTo(actor, value => new ProbeMessage.Number(value));
        Task.FromResult(2).PipeTo(actor, value => new ProbeMessage.Number(value));
        ValueTask.CompletedTask.PipeTo(actor, () => new ProbeMessage.Note("done"));
        Task.CompletedTask.PipeTo(actor, () => new ProbeMessage.Note("done too"));
        release.Set();
        await _log.WaitForAsync("done too");
        _log.Lines.ShouldBe(["probe started", "0", "1", "2", "done", "done too"]);
    }

    [Fact]
    public async Task A_failure_that_is_piped_is_mapped_or_fails_the_actor()
    {
        ActorRef<ProbeMessage> actor = _system.Spawn(_log.Probe(), "probe");
        Task<int> failed = Task.FromException<int>(new InvalidOperationException("work failed"));
        failed.PipeTo(actor, value => new ProbeMessage.Number(value), error => new ProbeMessage.Note(error.Message));
        await _log.WaitForAsync("work failed");
        failed.PipeTo(actor, value => new ProbeMessage.Number(value));
        await _log.WaitForAsync("probe restarted");
        Task.FromCanceled<int>(new CancellationToken(true)).PipeTo(actor, value => new ProbeMessage.Number(value));
        await actor.RunAsync(_ => 0);
        _log.Lines.Count(line => line == "probe restarted").ShouldBe(1);
    }

    [Fact]
    public async Task An_ask_is_answered()
    {
        ActorRef<ProbeMessage> actor = _system.Spawn(_log.Probe(), "probe");
        (await AskAsync(actor)).ShouldBe("answer");
        _time.PendingTimers.ShouldBe(0);
    }

    [Fact]
    public async Task An_ask_that_nobody_answers_times_out()
    {
        ActorRef<ProbeMessage> actor = _system.Spawn(_log.Probe(), "probe");
        using ManualResetEventSlim release = await actor.HoldAsync();
        Reply<string>? reply = null;
        Task<string> ask = actor.AskAsync<string>(r => new ProbeMessage.Ask(reply = r), TimeSpan.FromSeconds(3), default).AsTask();
        _time.Advance(TimeSpan.FromSeconds(3));
        await ask.ShouldThrowAsync<AskTimeoutException>();
        reply!.TrySet("late").ShouldBeFalse();
        release.Set();
    }

    [Fact]
    public async Task An_ask_ends_with_its_token()
    {
        ActorRef<ProbeMessage> actor = _system.Spawn(_log.Probe(), "probe");
        using ManualResetEventSlim release = await actor.HoldAsync();
        using var cts = new CancellationTokenSource();
        Task<string> ask = actor.AskAsync<string>(r => new ProbeMessage.Ask(r), TimeSpan.FromSeconds(3), cts.Token).AsTask();
        await cts.CancelAsync();
        await ask.ShouldThrowAsync<OperationCanceledException>();
        release.Set();
    }

    [Fact]
    public async Task An_ask_of_an_actor_that_stops_or_is_nobody_fails_at_once()
    {
        ActorRef<ProbeMessage> actor = _system.Spawn(_log.Probe(), "probe");
        using (ManualResetEventSlim release = await actor.HoldAsync())
        {
            Task<string> waiting = AskAsync(actor);
            actor.Stop();
            release.Set();
            await waiting.ShouldThrowAsync<DeadLetterException>();
        }

        await AskAsync(actor).ShouldThrowAsync<DeadLetterException>();
        await AskAsync(default).ShouldThrowAsync<DeadLetterException>();
    }

    private static Task<string> AskAsync(ActorRef<ProbeMessage> actor) =>
        actor.AskAsync<string>(reply => new ProbeMessage.Ask(reply), TimeSpan.FromSeconds(3), default).AsTask();
}
