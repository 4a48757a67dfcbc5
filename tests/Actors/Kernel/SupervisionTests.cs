using Hpc.Actors.Kernel;
using Hpc.TestKit;

namespace Hpc.Actors.Tests.Kernel;

public sealed class SupervisionTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly ActorSystem _system;
    private readonly ProbeLog _log = new();

    public SupervisionTests() => _system = new ActorSystem(timeProvider: _time);

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Fact]
    public async Task A_restart_loses_the_message_that_failed_and_no_other()
    {
        ActorRef<ProbeMessage> actor = _system.Spawn(_log.Probe(), "probe");
        using (ManualResetEventSlim release = await actor.HoldAsync())
        {
            actor.Tell(new ProbeMessage.Number(1));
            actor.Tell(new ProbeMessage.Fail());
            actor.Tell(new ProbeMessage.Number(2));
            actor.Tell(new ProbeMessage.Number(3));
            release.Set();
            await _log.WaitForAsync("3");
        }

        _log.Lines.ShouldBe(["probe started", "1", "probe restarts: on purpose", "probe restarted", "2", "3"]);
    }

    [Fact]
    public async Task Resume_goes_on_with_the_same_instance()
    {
        ActorRef<ProbeMessage> child = await SpawnChildAsync(SupervisorStrategy.Resume);
        child.Tell(new ProbeMessage.Fail());
        child.Tell(new ProbeMessage.Number(1));
        await _log.WaitForAsync("1");
        _log.Lines.ShouldBe(["parent started", "child started", "1"]);
    }

    [Fact]
    public async Task Stop_ends_the_child_and_leaves_its_siblings()
    {
        ActorRef<ProbeMessage> child = await SpawnChildAsync(SupervisorStrategy.Stop);
        child.Tell(new ProbeMessage.Fail());
        await _log.WaitForAsync("child stopped");
        await child.TerminatedAsync();
        _log.Lines.ShouldBe(["parent started", "child started", "child stopped"]);
    }

    [Fact]
    public async Task Restarts_are_bounded_within_their_window()
    {
        var twice = new SupervisorStrategy { MaxRestarts = 2, Window = TimeSpan.FromSeconds(10) };
        ActorRef<ProbeMessage> child = await SpawnChildAsync(twice);
        await FailAndGoOnAsync(child, "a");
        await FailAndGoOnAsync(child, "b");
        _time.Advance(TimeSpan.FromSeconds(11));
        await FailAndGoOnAsync(child, "c");
        await FailAndGoOnAsync(child, "d");
        child.Tell(new ProbeMessage.Fail());
        await _log.WaitForAsync("child stopped");
        _log.Lines.Count(line => line == "child restarted").ShouldBe(4);
    }

    [Fact]
    public async Task An_escalated_failure_restarts_the_supervisor_and_its_children_stop_first()
    {
        ActorRef<ProbeMessage> child = await SpawnChildAsync(SupervisorStrategy.Escalate);
        child.Tell(new ProbeMessage.Fail());
        await _log.WaitForAsync("parent restarted");
        _log.Lines.ShouldBe(["parent started", "child started", "parent restarts: on purpose", "child stopped", "parent restarted"]);
    }

    [Fact]
    public async Task An_escalated_failure_restarts_a_child_that_its_supervisor_keeps()
    {
        ActorRef<ProbeMessage> child = await SpawnChildAsync(SupervisorStrategy.Escalate, keepChildren: true);
        child.Tell(new ProbeMessage.Fail());
        child.Tell(new ProbeMessage.Number(1));
        await _log.WaitForAsync("1");
        _log.Lines.ShouldBe(
            ["parent started", "child started", "parent restarts: on purpose", "parent restarted", "child restarts: on purpose", "child restarted", "1"]);
    }

    [Fact]
    public async Task Above_the_root_there_is_nobody_to_escalate_to()
    {
        await using var system = new ActorSystem(supervision: SupervisorStrategy.Escalate);
        ActorRef<ProbeMessage> actor = system.Spawn(_log.Probe(), "probe");
        actor.Tell(new ProbeMessage.Fail());
        await _log.WaitForAsync("probe stopped");
        (await system.Spawn(_log.Probe("other"), "other").RunAsync(_ => 1)).ShouldBe(1);
    }

    [Fact]
    public async Task A_strategy_that_fails_escalates()
    {
        var broken = new SupervisorStrategy { Decide = _ => throw new NotSupportedException() };
        ActorRef<ProbeMessage> child = await SpawnChildAsync(broken);
        child.Tell(new ProbeMessage.Fail());
        await _log.WaitForAsync("parent restarted");
    }

    [Fact]
    public async Task A_factory_that_fails_reaches_the_supervisor_and_is_tried_again()
    {
        int tries = 0;
        Props<ProbeMessage> props = Props.Create<ProbeMessage>(
            () => ++tries < 3 ? throw new InvalidOperationException("not yet") : new ProbeActor(_log));
        ActorRef<ProbeMessage> actor = _system.Spawn(props, "probe");
        (await actor.RunAsync(_ => tries)).ShouldBe(3);
        _log.Lines.ShouldBe(["probe started"]);
    }

    [Fact]
    public async Task Children_stop_before_their_parent_and_PostStop_runs_once()
    {
        ActorRef<ProbeMessage> parent = _system.Spawn(_log.Probe("parent"), "parent");
        await parent.RunAsync(self =>
        {
            ActorRef<ProbeMessage> child = self.Ctx.Spawn(_log.Probe("child"), "child");
            child.Tell(new ProbeMessage.Do(own => own.Ctx.Spawn(_log.Probe("grandchild"), "grandchild")));
            return 0;
        });
        await _log.WaitForAsync("grandchild started");
        parent.Stop();
        parent.Stop();
        await parent.TerminatedAsync();
        _log.Lines.ShouldBe(
            ["parent started", "child started", "grandchild started", "grandchild stopped", "child stopped", "parent stopped"]);
    }

    [Fact]
    public async Task The_stopping_token_is_cancelled_by_a_restart_and_by_a_stop()
    {
        ActorRef<ProbeMessage> actor = _system.Spawn(_log.Probe(), "probe");
        CancellationToken first = await actor.RunAsync(self => self.StoppingToken);
        actor.Tell(new ProbeMessage.Fail());
        CancellationToken second = await actor.RunAsync(self => self.StoppingToken);
        (first.IsCancellationRequested, second.IsCancellationRequested).ShouldBe((true, false));
        actor.Stop();
        await actor.TerminatedAsync();
        second.IsCancellationRequested.ShouldBeTrue();
    }

    private async Task<ActorRef<ProbeMessage>> SpawnChildAsync(SupervisorStrategy strategy, bool keepChildren = false)
    {
        ActorRef<ProbeMessage> parent = _system.Spawn(_log.Probe("parent", keepChildren) with { Supervision = strategy }, "parent");
        ActorRef<ProbeMessage> child = await parent.RunAsync(self => self.Ctx.Spawn(_log.Probe("child"), "child"));
        await _log.WaitForAsync("child started");
        return child;
    }

    private async Task FailAndGoOnAsync(ActorRef<ProbeMessage> child, string note)
    {
        child.Tell(new ProbeMessage.Fail());
        child.Tell(new ProbeMessage.Note(note));
        await _log.WaitForAsync(note);
    }
}
