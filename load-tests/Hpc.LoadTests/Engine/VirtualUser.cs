using System.Diagnostics;
using Hpc.LoadTests.Measure;
using Hpc.LoadTests.Scenarios.Model;
using Hpc.LoadTests.Sessions;

namespace Hpc.LoadTests.Engine;

/// <summary>One of the run's sessions: logs in, does what the stage says, and keeps its connection from stage to stage.</summary>
internal sealed class VirtualUser(EngineContext context, int number)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeastIdle = TimeSpan.FromSeconds(1);

    private SeededRandom _random = SeededRandom.For(context.Scenario.Seed, number);
    private UserOperations? _operations;
    private LoadSession? _session;
    private volatile bool _isStopping;

    public int Number => number;

    /// <summary>What the session does in the stage under way.</summary>
    public Task Running { get; private set; } = Task.CompletedTask;

    /// <summary>Lets it take part in a stage.</summary>
    public void Start(StageState state)
    {
        state.BeginOpening();
        Running = RunAsync(state);
    }

    /// <summary>Lets it end after the operation under way.</summary>
    public void Stop() => _isStopping = true;

    /// <summary>After a stage: counts a connection that the server ended while nothing was asked of it.</summary>
    public async Task CheckAsync()
    {
        if (_session is { IsAlive: false })
        {
            await LoseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Logs out.</summary>
    public async Task CloseAsync()
    {
        if (_session is not { } session)
        {
            return;
        }

        _session = null;
        long started = Stopwatch.GetTimestamp();
        await session.DisposeAsync().ConfigureAwait(false);
        context.Recorder.SessionClosed();
        context.Recorder.Record(LoadOperation.Logout, Stopwatch.GetElapsedTime(started), 0, LoadOutcome.Succeeded);
    }

    private async Task RunAsync(StageState state)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        bool isOpen = false;
        try
        {
            isOpen = state.Stage.Operations.IsLoginsOnly || await EnsureOpenAsync(state).ConfigureAwait(false);
        }
        finally
        {
            state.EndOpening(isOpen);
        }

        // A session with nothing to do needs no code that runs: it is looked at after the stage.
        if (isOpen && !state.Stage.Operations.IsIdle)
        {
            await ActAsync(state).ConfigureAwait(false);
        }
    }

    private async Task ActAsync(StageState state)
    {
        bool isBurst = state.Stage.Kind == StageKind.Burst;
        for (int done = 0; !IsOver(state) && (!isBurst || done < state.Stage.Repeat); done++)
        {
            SessionAction action = state.Stage.Operations.Next(ref _random);
            if (action == SessionAction.LoginLogout)
            {
                await CloseAsync().ConfigureAwait(false);
                if (await LogInAsync(state).ConfigureAwait(false))
                {
                    await CloseAsync().ConfigureAwait(false);
                }
            }
            else if (!await EnsureOpenAsync(state).ConfigureAwait(false))
            {
                return;
            }
            else if (action != SessionAction.Idle)
            {
                await OperateAsync(action, state).ConfigureAwait(false);
            }

            TimeSpan think = state.Stage.Think.Next(ref _random);
            await WaitAsync(action == SessionAction.Idle && think < LeastIdle ? LeastIdle : think, state).ConfigureAwait(false);
        }
    }

    private bool IsOver(StageState state) => _isStopping || state.Ending.IsCancellationRequested || state.Cutting.IsCancellationRequested;

    /// <summary>Logs in if there is no connection; false if that is given up.</summary>
    private async Task<bool> EnsureOpenAsync(StageState state)
    {
        await CheckAsync().ConfigureAwait(false);
        TimeSpan pause = FirstPause;
        for (int attempt = 0; _session is null && attempt < context.Scenario.Limits.LoginAttempts && !IsOver(state); attempt++)
        {
            if (attempt > 0)
            {
                await WaitAsync(pause * (0.5 + _random.NextDouble()), state).ConfigureAwait(false);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }

            await LogInAsync(state).ConfigureAwait(false);
        }

        return _session is not null;
    }

    private async Task<bool> LogInAsync(StageState state)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(state.Cutting);
        bool hasPlace = false;
        try
        {
            long started = await state.Pacer.WaitAsync(state.Ending).ConfigureAwait(false);
            await context.LoginPlaces.WaitAsync(state.Ending).ConfigureAwait(false);
            hasPlace = true;
            if (state.Stage.LoginsPerSecond == 0)
            {
                // Without a schedule the wait for a place is this program's own.
                started = Stopwatch.GetTimestamp();
            }

            limit.CancelAfter(context.Scenario.Limits.LoginTimeout);
            _session = await context.Factory.OpenAsync(number, limit.Token).ConfigureAwait(false);
            context.Recorder.Record(LoadOperation.Login, Stopwatch.GetElapsedTime(started), 0, LoadOutcome.Succeeded);
            context.Recorder.SessionOpened();
            return true;
        }
        catch (OperationCanceledException) when (state.IsInterrupted || (!hasPlace && state.Ending.IsCancellationRequested))
        {
            return false;
        }
        catch (OperationCanceledException) when (state.Cutting.IsCancellationRequested)
        {
            Count(LoadOperation.Login, Failure.CutOff);
            return false;
        }
        catch (Exception exception) when (Failure.IsExpected(exception))
        {
            Count(LoadOperation.Login, Failure.Of(exception));
            return false;
        }
        finally
        {
            if (hasPlace)
            {
                context.LoginPlaces.Release();
            }
        }
    }

    private async Task OperateAsync(SessionAction action, StageState state)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(state.Cutting);
        limit.CancelAfter(context.Scenario.Limits.OperationTimeout);
        _operations ??= new UserOperations(context, number);
        try
        {
            await _operations.ActAsync(action, _session!.Sftp, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (state.IsInterrupted)
        {
            return;
        }
        catch (OperationCanceledException) when (state.Cutting.IsCancellationRequested)
        {
            Count(_operations.Current, Failure.CutOff);
        }
        catch (Exception exception) when (Failure.IsExpected(exception))
        {
            Failure failure = Failure.Of(exception);
            Count(_operations.Current, failure);
            if (failure.EndsSession)
            {
                await DropAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task LoseAsync()
    {
        string reason = _session!.Completion is { IsCompletedSuccessfully: true } completion
            ? (await completion.ConfigureAwait(false)).ToString()
            : "fault";
        Count(LoadOperation.Keepalive, new Failure("session lost", $"The connection ended while nothing was asked of it: {reason}.", LoadOutcome.Failed, EndsSession: true));
        await DropAsync().ConfigureAwait(false);
    }

    private async Task DropAsync()
    {
        LoadSession session = _session!;
        _session = null;
        await session.DisposeAsync().ConfigureAwait(false);
        context.Recorder.SessionClosed();
    }

    private void Count(LoadOperation operation, Failure failure)
    {
        context.Recorder.Record(operation, TimeSpan.Zero, 0, failure.Outcome);
        context.Recorder.RecordError($"{LoadOperations.NameOf(operation)}: {failure.Kind}", failure.Message);
    }

    private static async Task WaitAsync(TimeSpan time, StageState state)
    {
        if (time > TimeSpan.Zero)
        {
            await Task.Delay(time, state.Ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
