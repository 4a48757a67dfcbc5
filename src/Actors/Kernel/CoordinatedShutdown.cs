namespace Hpc.Actors.Kernel;

/// <summary>Steps of a shutdown, in their order.</summary>
public enum ShutdownPhase
{
    /// <summary>Readiness goes down, so that balancers look elsewhere.</summary>
    BeforeStop,

    /// <summary>Listeners close.</summary>
    StopAccepting,

    /// <summary>Sessions finish what they do, up to the grace time, and end.</summary>
    DrainSessions,

    /// <summary>Services that sessions used stop.</summary>
    StopServices,

    /// <summary>What is held in memory is written out.</summary>
    FlushState,

    /// <summary>All actors stop, children before parents.</summary>
    StopActors,
}

/// <summary>
/// Takes a process down in order. Tasks of a phase run at once; the next phase begins when all are over or the phase's time is up.
/// A task that fails is logged and holds up nothing.
/// </summary>
public sealed class CoordinatedShutdown
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(5);

    private readonly ActorSystem _system;
    private readonly Lock _lock = new();
    private readonly List<(ShutdownPhase Phase, string Name, Func<CancellationToken, ValueTask> Run)> _tasks = [];
    private readonly Dictionary<ShutdownPhase, TimeSpan> _limits = [];
    private Task? _run;

    internal CoordinatedShutdown(ActorSystem system)
    {
        _system = system;
        Add(ShutdownPhase.StopActors, "actors", async _ => await system.StopAsync().ConfigureAwait(false));
    }

    /// <summary>True once it began.</summary>
    public bool HasBegun
    {
        get
        {
            lock (_lock)
            {
                return _run is not null;
            }
        }
    }

    /// <summary>Adds a task. Its token is cancelled when the phase's time is up. Throws <see cref="InvalidOperationException"/> once the shutdown began.</summary>
    public void Add(ShutdownPhase phase, string name, Func<CancellationToken, ValueTask> run)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(run);
        lock (_lock)
        {
            if (_run is not null)
            {
                throw new InvalidOperationException("The shutdown has begun.");
            }

            _tasks.Add((phase, name, run));
        }
    }

    /// <summary>Sets the time that a phase has; 5 s unless set.</summary>
    public void SetLimit(ShutdownPhase phase, TimeSpan limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero);
        lock (_lock)
        {
            _limits[phase] = limit;
        }
    }

    /// <summary>Runs all phases; a second call waits for the first. Never fails.</summary>
    public Task RunAsync()
    {
        lock (_lock)
        {
            return _run ??= Task.Run(RunPhasesAsync);
        }
    }

    private async Task RunPhasesAsync()
    {
        foreach (ShutdownPhase phase in Enum.GetValues<ShutdownPhase>())
        {
            KernelLog.ShutdownPhaseBegins(_system.Logger, phase);
            await RunPhaseAsync(phase).ConfigureAwait(false);
        }
    }

    private async Task RunPhaseAsync(ShutdownPhase phase)
    {
        TimeSpan limit;
        lock (_lock)
        {
            limit = _limits.GetValueOrDefault(phase, DefaultLimit);
        }

        using var timeUp = new CancellationTokenSource(limit, _system.TimeProvider);
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration onTimeUp = timeUp.Token.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), over);

        Task tasks = Task.WhenAll(_tasks.Where(task => task.Phase == phase).Select(task => RunTaskAsync(phase, task.Name, task.Run, timeUp.Token)));
        if (await Task.WhenAny(tasks, over.Task).ConfigureAwait(false) != tasks)
        {
            KernelLog.ShutdownPhaseTimedOut(_system.Logger, phase, limit);
        }
    }

    private async Task RunTaskAsync(ShutdownPhase phase, string name, Func<CancellationToken, ValueTask> run, CancellationToken ct)
    {
        try
        {
            await run(ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The phase says that its time was up.
        }
        catch (Exception error)
        {
            KernelLog.ShutdownTaskFailed(_system.Logger, name, phase, error);
        }
    }
}
