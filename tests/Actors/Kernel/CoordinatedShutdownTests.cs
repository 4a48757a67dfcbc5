using Hpc.Actors.Kernel;
using Hpc.TestKit;

namespace Hpc.Actors.Tests.Kernel;

public sealed class CoordinatedShutdownTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly ProbeLog _log = new();

    [Fact]
    public async Task Phases_run_in_their_order_and_actors_stop_last()
    {
        var system = new ActorSystem(timeProvider: _time);
        ActorRef<ProbeMessage> actor = system.Spawn(_log.Probe(), "probe");
        await actor.RunAsync(_ => 0);
        foreach (ShutdownPhase phase in Enum.GetValues<ShutdownPhase>().Where(phase => phase != ShutdownPhase.StopActors).Reverse())
        {
            system.Shutdown.Add(phase, "note", async _ =>
            {
                await Task.Yield();
                _log.Add(phase.ToString());
            });
        }

        system.Shutdown.HasBegun.ShouldBeFalse();
        await Task.WhenAll(system.Shutdown.RunAsync(), system.Shutdown.RunAsync());
        _log.Lines.ShouldBe(
            ["probe started", "BeforeStop", "StopAccepting", "DrainSessions", "StopServices", "FlushState", "probe stopped"]);
        actor.IsTerminated.ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => system.Spawn(_log.Probe(), "late"));
        Should.Throw<InvalidOperationException>(() => system.Shutdown.Add(ShutdownPhase.FlushState, "late", _ => default));
    }

    [Fact]
    public async Task A_phase_whose_time_is_up_is_left_behind()
    {
        var system = new ActorSystem(timeProvider: _time);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource();
        system.Shutdown.SetLimit(ShutdownPhase.DrainSessions, TimeSpan.FromSeconds(30));
        system.Shutdown.Add(ShutdownPhase.DrainSessions, "hangs", async _ =>
        {
            begun.SetResult();
            await never.Task;
        });
        Task run = system.Shutdown.RunAsync();
        await begun.Task;
        _time.Advance(TimeSpan.FromSeconds(29));
        run.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));
        await run.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_task_that_fails_holds_up_nothing()
    {
        var system = new ActorSystem(timeProvider: _time);
        system.Shutdown.Add(ShutdownPhase.StopServices, "fails", _ => throw new InvalidOperationException());
        system.Shutdown.Add(ShutdownPhase.FlushState, "note", _ =>
        {
            _log.Add("flushed");
            return default;
        });
        await system.DisposeAsync();
        _log.Lines.ShouldBe(["flushed"]);
        system.Terminated.IsCompletedSuccessfully.ShouldBeTrue();
    }
}
