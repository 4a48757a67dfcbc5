using System.Diagnostics;
using Hpc.LoadTests.Measure;
using Hpc.LoadTests.Run;
using Hpc.LoadTests.Scenarios.Model;

namespace Hpc.LoadTests.Engine;

/// <summary>Runs a scenario's stages one after the other.</summary>
internal sealed class LoadEngine(EngineContext context, ProcessWatch watch)
{
    private const int ClosingParallel = 64;

    private static readonly TimeSpan LongestNap = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ShortestNap = TimeSpan.FromMilliseconds(5);

    private readonly List<VirtualUser> _users = [];
    private CancellationToken _run;

    public List<StageResult> Stages { get; } = [];

    public List<MemoryPoint> Memory { get; } = [];

    public int GaveUp { get; private set; }

    /// <summary>Is told the name of the stage that begins.</summary>
    public Action<string>? OnStage { get; init; }

    /// <summary>Runs all stages, or as far as it is let, and closes all sessions.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        _run = ct;
        try
        {
            foreach (Stage stage in context.Scenario.Stages)
            {
                ct.ThrowIfCancellationRequested();
                OnStage?.Invoke(stage.Name);
                await MeasureStageAsync(stage, ct).ConfigureAwait(false);
            }
        }
        finally
        {
            OnStage?.Invoke("closing");
            await CloseDownToAsync(0).ConfigureAwait(false);
        }
    }

    private async Task MeasureStageAsync(Stage stage, CancellationToken ct)
    {
        LoadSnapshot before = context.Recorder.SnapshotTotals();
        TimeSpan clientCpu = ProcessWatch.ClientCpu;
        TimeSpan? serverCpu = watch.ServerCpu;
        long started = Stopwatch.GetTimestamp();
        try
        {
            await RunStageAsync(stage, ct).ConfigureAwait(false);
        }
        finally
        {
            LoadSnapshot after = context.Recorder.SnapshotTotals();
            Stages.Add(new StageResult
            {
                Name = stage.Name,
                Kind = stage.Kind.ToString().ToLowerInvariant(),
                Sessions = after.Sessions,
                TargetSessions = stage.To,
                Start = before.Elapsed,
                Duration = Stopwatch.GetElapsedTime(started),
                Logins = after[LoadOperation.Login].Succeeded - before[LoadOperation.Login].Succeeded,
                Operations = after.TotalOperations - before.TotalOperations,
                Errors = after.TotalErrors - before.TotalErrors,
                UploadedBytes = after.UploadedBytes - before.UploadedBytes,
                DownloadedBytes = after.DownloadedBytes - before.DownloadedBytes,
                ClientCpu = ProcessWatch.ClientCpu - clientCpu,
                ServerCpu = watch.ServerCpu - serverCpu,
                IsLoginsOnly = stage.Operations.IsLoginsOnly || stage.Operations.IsIdle,
            });
        }

        if (stage.ReadsMemory)
        {
            OnStage?.Invoke(stage.Name + ", reading memory");
            Note(await watch.SettleAsync(stage.Name, ct).ConfigureAwait(false));
        }
    }

    private async Task RunStageAsync(Stage stage, CancellationToken ct)
    {
        using var state = new StageState(stage, ct);
        int before = _users.Count;
        int first = new StagePlan(stage).SessionsAt(TimeSpan.Zero);
        await CloseDownToAsync(Math.Min(before, first)).ConfigureAwait(false);
        foreach (VirtualUser user in _users)
        {
            user.Start(state);
        }

        try
        {
            await FollowAsync(state, new StagePlan(stage), ct).ConfigureAwait(false);
        }
        finally
        {
            await EndAsync(state).ConfigureAwait(false);
        }

        GaveUp += state.GaveUp;
    }

    /// <summary>Starts and ends sessions as the plan says, until the stage is over.</summary>
    private async Task FollowAsync(StageState state, StagePlan plan, CancellationToken ct)
    {
        Stage stage = state.Stage;
        long started = Stopwatch.GetTimestamp();
        TimeSpan nextMemory = stage.Kind == StageKind.Soak ? stage.Duration / 10 : TimeSpan.MaxValue;
        while (true)
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
            await AdjustAsync(plan.SessionsAt(elapsed), state).ConfigureAwait(false);
            if (elapsed >= nextMemory)
            {
                nextMemory = TimeSpan.MaxValue;
                Note(await watch.ReadAsync(stage.Name, ct).ConfigureAwait(false));
            }

            if (IsOver(state, plan, elapsed))
            {
                break;
            }

            if (elapsed >= stage.TimeLimit)
            {
                context.Recorder.Record(LoadOperation.Keepalive, TimeSpan.Zero, 0, LoadOutcome.TimedOut);
                context.Recorder.RecordError("stage: time limit", $"Stage '{stage.Name}' did not come to its end in {stage.TimeLimit.TotalSeconds:0.#} s.");
                break;
            }

            await Task.Delay(Nap(stage, plan, elapsed), ct).ConfigureAwait(false);
        }

        if (stage.Kind == StageKind.Soak)
        {
            Note(await watch.ReadAsync(stage.Name, ct).ConfigureAwait(false));
        }
    }

    private bool IsOver(StageState state, StagePlan plan, TimeSpan elapsed) => state.Stage.Kind switch
    {
        StageKind.Ramp => plan.IsTimeOver(elapsed) && state.Opening == 0,
        StageKind.Burst => _users.TrueForAll(static user => user.Running.IsCompleted),
        _ => plan.IsTimeOver(elapsed),
    };

    private static TimeSpan Nap(Stage stage, StagePlan plan, TimeSpan elapsed)
    {
        TimeSpan until = (plan.NextChange(elapsed) ?? TimeSpan.MaxValue) - elapsed;
        TimeSpan end = stage.Duration - elapsed;
        TimeSpan nap = until < LongestNap ? until : LongestNap;
        nap = end > TimeSpan.Zero && end < nap ? end : nap;
        return nap < ShortestNap ? ShortestNap : nap;
    }

    private async Task AdjustAsync(int wanted, StageState state)
    {
        while (_users.Count < wanted)
        {
            var user = new VirtualUser(context, _users.Count);
            _users.Add(user);
            user.Start(state);
        }

        if (_users.Count > wanted)
        {
            await CloseDownToAsync(wanted).ConfigureAwait(false);
        }
    }

    private async Task EndAsync(StageState state)
    {
        await state.EndAsync().ConfigureAwait(false);
        Task all = Task.WhenAll(_users.Select(static user => user.Running));
        await Task.WhenAny(all, Task.Delay(context.Scenario.Limits.DrainTime, state.Cutting)).ConfigureAwait(false);
        await state.CutAsync().ConfigureAwait(false);
        await all.ConfigureAwait(false);
        foreach (VirtualUser user in _users)
        {
            await CheckAsync(user).ConfigureAwait(false);
        }
    }

    // An interrupt from a terminal reaches a server that the run has started as well: what ends then is nobody's failure.
    private Task CheckAsync(VirtualUser user) => _run.IsCancellationRequested ? Task.CompletedTask : user.CheckAsync();

    /// <summary>Ends the sessions from a number on.</summary>
    private async Task CloseDownToAsync(int wanted)
    {
        if (_users.Count <= wanted)
        {
            return;
        }

        List<VirtualUser> leaving = _users[wanted..];
        _users.RemoveRange(wanted, _users.Count - wanted);
        leaving.ForEach(static user => user.Stop());
        await Parallel.ForEachAsync(leaving, new ParallelOptions { MaxDegreeOfParallelism = ClosingParallel }, async (user, _) =>
        {
            await user.Running.ConfigureAwait(false);
            await CheckAsync(user).ConfigureAwait(false);
            await user.CloseAsync().ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private void Note(MemoryPoint point) => Memory.Add(point with { Sessions = context.Recorder.Sessions, At = context.Recorder.Elapsed });
}
