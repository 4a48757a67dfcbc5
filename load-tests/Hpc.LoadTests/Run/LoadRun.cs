using System.Net;
using Hpc.LoadTests.Engine;
using Hpc.LoadTests.Measure;
using Hpc.LoadTests.Relay;
using Hpc.LoadTests.Scenarios.Model;
using Hpc.LoadTests.Server;
using Hpc.LoadTests.Sessions;
using Hpc.LoadTests.Targets;

namespace Hpc.LoadTests.Run;

/// <summary>One run of a scenario against a target: prepares files, makes the load, cleans up, and says what was measured.</summary>
internal sealed class LoadRun(Scenario scenario, LoadTarget target, Action<string>? onStage = null, bool listsTypes = false)
{
    private const int SpareDescriptors = 200;

    private static readonly TimeSpan PrepareTime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan CleanTime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan TrimInterval = TimeSpan.FromSeconds(5);

    private int _usersWithFolder;

    /// <summary>Runs it. <paramref name="onRecorder"/> gets the recorder before the first operation; the caller shows progress with it.</summary>
    /// <exception cref="LoadException">It cannot begin.</exception>
    public async Task<RunResult> RunAsync(Func<LoadRecorder, IAsyncDisposable?> onRecorder, CancellationToken ct)
    {
        CheckDescriptors();
        await WarnOfServersDescriptorsAsync().ConfigureAwait(false);
        var pattern = new ContentPattern(scenario.Seed);
        var checking = new FileTransfer(pattern, new TransferOptions(), null);
        var direct = new SessionFactory(target, scenario.Algorithms, scenario.Limits);
        RunFolder? folder = RunFolder.IsWantedBy(scenario) ? new RunFolder(scenario, FolderOf(target, scenario)) : null;
        await using LinkRelay? relay = scenario.Relay is { } link ? StartRelay(link) : null;
        SessionFactory factory = relay is null ? direct : new SessionFactory(target, scenario.Algorithms, scenario.Limits) { EndPoint = relay.EndPoint };
        string interruption = "";
        try
        {
            if (folder is not null)
            {
                await PrepareAsync(direct, folder, checking, ct).ConfigureAwait(false);
            }

            using var recorder = new LoadRecorder();
            using var context = new EngineContext
            {
                Scenario = scenario,
                Factory = factory,
                Recorder = recorder,
                Folder = folder,
                Transfer = new FileTransfer(pattern, scenario.Transfer, recorder),
                Checking = checking,
                LoginPlaces = new SemaphoreSlim(scenario.Limits.LoginsInFlight),
            };
            var engine = new LoadEngine(context, new ProcessWatch(target, scenario.Server.Collects, listsTypes)) { OnStage = onStage };
            await using (onRecorder(recorder))
            {
                interruption = await LoadAsync(engine, factory, ct).ConfigureAwait(false);
                recorder.Stop();
            }

            LoadSnapshot snapshot = recorder.Snapshot();
            long? peak = target.Spawned is { IsRunning: true } running ? ProcessFigures.PeakKib(running.ProcessId) : null;
            Leftovers? left = await LookForLeftoversAsync().ConfigureAwait(false);
            return new RunResult
            {
                Scenario = scenario,
                Snapshot = snapshot,
                Stages = engine.Stages,
                Memory = engine.Memory,
                GaveUp = engine.GaveUp,
                Target = Describe(),
                Left = left,
                ServerPeakKib = peak,
                Interruption = interruption,
            };
        }
        finally
        {
            if (folder is not null)
            {
                await CleanAsync(direct, folder).ConfigureAwait(false);
            }
        }
    }

    private void CheckDescriptors()
    {
        // A session takes one here, and two more of a relay.
        long wanted = ((long)scenario.MaxSessions * (scenario.Relay is null ? 1 : 3)) + SpareDescriptors;
        long limit = ProcessFigures.DescriptorLimit();
        if (limit < wanted)
        {
            throw new LoadException($"{limit} descriptors are too few for {scenario.MaxSessions} sessions, which want {wanted}; raise 'ulimit -n'.");
        }
    }

    /// <summary>A server that is started inherits the limit: it has a connection, a home and perhaps a file open for each session.</summary>
    private async Task WarnOfServersDescriptorsAsync()
    {
        const int ServerDescriptors = 3;
        long limit = ProcessFigures.DescriptorLimit();
        if (target.Spawned is not null && limit < (scenario.MaxSessions * ServerDescriptors) + SpareDescriptors)
        {
            await Console.Error.WriteLineAsync(
                $"hpc-load: the server may open {limit} descriptors, which may be too few for {scenario.MaxSessions} sessions with a file each; 'ulimit -n' raises it.").ConfigureAwait(false);
        }
    }

    private LinkRelay StartRelay(RelayOptions link) => LinkRelay.Start(target.EndPoint, new LinkOptions
    {
        Delay = link.Delay,
        UploadBytesPerSecond = link.BytesPerSecond,
        DownloadBytesPerSecond = link.BytesPerSecond,
        MaxConnections = scenario.MaxSessions + SpareDescriptors,
    });

    private static string FolderOf(LoadTarget target, Scenario scenario) => target.Directory is { Length: > 0 } given && given != "." ? given : scenario.Target.Directory;

    private async Task<string> LoadAsync(LoadEngine engine, SessionFactory factory, CancellationToken ct)
    {
        using var trimming = new CancellationTokenSource();
        Task trim = TrimAsync(factory, trimming.Token);
        try
        {
            await engine.RunAsync(ct).ConfigureAwait(false);
            return target.Spawned is { IsRunning: false } server ? "The server ended.\n" + server.Log : "";
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return "The run was interrupted.";
        }
        catch (HttpRequestException exception)
        {
            return $"The server's metrics cannot be read: {exception.Message}";
        }
        finally
        {
            await trimming.CancelAsync().ConfigureAwait(false);
            await trim.ConfigureAwait(false);
        }
    }

    private static async Task TrimAsync(SessionFactory factory, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await Task.Delay(TrimInterval, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            factory.TrimBuffers();
        }
    }

    private async Task PrepareAsync(SessionFactory factory, RunFolder folder, FileTransfer transfer, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(PrepareTime);
        try
        {
            for (int user = 0; user < target.Users.Count; user++)
            {
                await using LoadSession session = await factory.OpenAsync(user, limit.Token).ConfigureAwait(false);
                _usersWithFolder = user + 1;
                await folder.MakeAsync(session.Sftp, transfer, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (Failure.IsExpected(exception) && !ct.IsCancellationRequested)
        {
            throw new LoadException($"Preparing the run's folder {folder.Path} fails: {Failure.Of(exception).Message}{ServerLog()}");
        }
    }

    private async Task CleanAsync(SessionFactory factory, RunFolder folder)
    {
        if (target.Spawned is not null)
        {
            // Its homes are removed with it.
            return;
        }

        using var limit = new CancellationTokenSource(CleanTime);
        try
        {
            for (int user = 0; user < _usersWithFolder; user++)
            {
                await using LoadSession session = await factory.OpenAsync(user, limit.Token).ConfigureAwait(false);
                await folder.RemoveAsync(session.Sftp, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (Failure.IsExpected(exception))
        {
            await Console.Error.WriteLineAsync($"hpc-load: {folder.Path} could not be removed: {Failure.Of(exception).Message}").ConfigureAwait(false);
        }
    }

    private async Task<Leftovers?> LookForLeftoversAsync() =>
        target.Spawned is { IsRunning: true } server ? await LeftoverWatch.WaitForNobodyAsync(server).ConfigureAwait(false) : null;

    private string ServerLog() => target.Spawned is { Log.Length: > 0 } server ? "\n" + server.Log : "";

    private string Describe()
    {
        string relay = scenario.Relay is { } link ? $", over a link of {link.Delay.TotalMilliseconds:0.#} ms each way{Rate(link)}" : "";
        return target.Spawned is null ? target.EndPoint + relay : $"hpc on {target.EndPoint}, started for this run{relay}";
    }

    private static string Rate(RelayOptions link) => link.BytesPerSecond > 0 ? $" and {link.BytesPerSecond / 1e6:0.##} MB/s" : "";
}
