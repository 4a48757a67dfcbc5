using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Actors.Kernel;

/// <summary>A tree of actors with one clock, one place for dead letters and one way to stop. Its guardian is the root of all paths (<c>/server</c>).</summary>
public sealed class ActorSystem : IAsyncDisposable
{
    private readonly ActorCell _guardian;
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isStopping;

    /// <summary>Starts a system.</summary>
    /// <param name="name">First segment of all paths.</param>
    /// <param name="timeProvider">Its clock; the system's if null.</param>
    /// <param name="logger">Where failures of actors are logged.</param>
    /// <param name="supervision">How failures of top-level actors are answered; restart if null.</param>
    public ActorSystem(string name = "server", TimeProvider? timeProvider = null, ILogger? logger = null, SupervisorStrategy? supervision = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        TimeProvider = timeProvider ?? TimeProvider.System;
        Logger = logger ?? NullLogger.Instance;
        DeadLetters = new DeadLetters(Logger);
        Scheduler = new Scheduler(TimeProvider);
        Shutdown = new CoordinatedShutdown(this);
        var props = new Props<GuardianMessage>(static () => new Guardian()) { Supervision = supervision ?? SupervisorStrategy.Restart };
        _guardian = new ActorCell(this, null, props, name);
        _guardian.Send(new SystemMessage(SystemMessageKind.Start));
    }

    /// <summary>The clock of timers, asks and restart windows.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>Where messages end that no actor handles.</summary>
    public DeadLetters DeadLetters { get; }

    /// <summary>Tells messages later.</summary>
    public Scheduler Scheduler { get; }

    /// <summary>The ordered way down; its last phase stops all actors.</summary>
    public CoordinatedShutdown Shutdown { get; }

    /// <summary>True once the actors are being stopped.</summary>
    public bool IsStopping => _isStopping;

    /// <summary>Completes when every actor has stopped.</summary>
    public Task Terminated => _terminated.Task;

    internal ILogger Logger { get; }

    /// <summary>For tests; null otherwise.</summary>
    internal IMessageProbe? Probe { get; set; }

    /// <summary>Makes a top-level actor. Throws <see cref="InvalidOperationException"/> if the name is taken or the system is stopping.</summary>
    public ActorRef<TMessage> Spawn<TMessage>(Props<TMessage> props, string name)
        where TMessage : Message
        => new(_guardian.Spawn(props, name));

    /// <summary>Stops all actors, children before parents, and waits for it. The other phases of <see cref="Shutdown"/> are not run.</summary>
    public Task StopAsync()
    {
        _isStopping = true;
        _guardian.Send(new SystemMessage(SystemMessageKind.Stop));
        return Terminated;
    }

    /// <summary>Runs <see cref="Shutdown"/>.</summary>
    public async ValueTask DisposeAsync() => await Shutdown.RunAsync().ConfigureAwait(false);

    internal void OnGuardianTerminated() => _terminated.TrySetResult();

    private abstract record GuardianMessage : Message;

    private sealed class Guardian : Actor<GuardianMessage>
    {
        protected override void Receive(GuardianMessage message)
        {
        }
    }
}
