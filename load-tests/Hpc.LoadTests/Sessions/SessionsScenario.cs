using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using Hpc.Crypto.Keys;
using Hpc.LoadTests.Server;
using Hpc.SshProtocol.Sftp.Client;
using Hpc.Transport.Buffers;

namespace Hpc.LoadTests.Sessions;

/// <summary>Logs in, waits, transfers everywhere at once, closes; measures the server at each step.</summary>
internal sealed class SessionsScenario : IDisposable
{
    private const int MaxFailuresShown = 10;

    // The code paths of a login are compiled and pools are filled before memory is read for the first time.
    private const int WarmUpSessions = 200;

    private static readonly TimeSpan LoginTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ActiveTime = TimeSpan.FromSeconds(240);
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(5);

    private readonly LoadOptions _options;
    private readonly ServerUnderLoad _server;
    private readonly SshPrivateKey _key = SshPrivateKeys.Generate("ssh-ed25519");
    private readonly BlockPool _pool = new(new BufferBudget(4L << 30));
    private readonly byte[] _download = RandomNumberGenerator.GetBytes(LoadSession.DownloadLength);
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly CancellationToken _ct;

    private SessionsScenario(LoadOptions options, ServerUnderLoad server, CancellationToken ct)
    {
        _options = options;
        _server = server;
        _ct = ct;
    }

    public static async Task<SessionsReport> RunAsync(LoadOptions options)
    {
        long descriptors = ProcessFigures.DescriptorLimit();
        if (descriptors < options.Sessions + 200)
        {
            throw new LoadException($"{descriptors} descriptors are too few for {options.Sessions} sessions; raise 'ulimit -n'.");
        }

        using var limit = new CancellationTokenSource(options.Timeout);
        await using var server = new ServerUnderLoad(options.Executable);
        using var scenario = new SessionsScenario(options, server, limit.Token);
        await scenario.PrepareAsync().ConfigureAwait(false);
        return await scenario.MeasureAsync().ConfigureAwait(false);
    }

    public void Dispose() => _key.Dispose();

    private async Task PrepareAsync()
    {
        string publicKey = OpenSshPublicKey.Format(_key.PublicKey, "load");
        for (int i = 0; i < _options.Users; i++)
        {
            await _server.AddUserAsync(UserOf(i), publicKey, _ct).ConfigureAwait(false);
            await File.WriteAllBytesAsync(Path.Combine(_server.HomeOf(UserOf(i)), LoadSession.DownloadName), _download, _ct).ConfigureAwait(false);
        }

        int room = _options.Sessions + WarmUpSessions + 1000;
        await _server.StartAsync(
            [
                $"ssh.limits.max_connections={room}",
                "ssh.limits.max_per_host=0",
                $"ssh.limits.max_startups_start={room}",
                $"ssh.limits.max_startups_full={room}",
                "sessions.max_per_user=0",
                "sessions.max_total=0",
            ],
            _ct).ConfigureAwait(false);
        await WarmUpAsync().ConfigureAwait(false);
    }

    private async Task WarmUpAsync()
    {
        LoadSession[] sessions = await LogInAsync(0, WarmUpSessions).ConfigureAwait(false);
        await ActAsync(sessions).ConfigureAwait(false);
        await CloseAsync(sessions).ConfigureAwait(false);
        await WaitForNobodyAsync().ConfigureAwait(false);
        if (!_failures.IsEmpty)
        {
            throw new LoadException($"The first sessions fail: {string.Join("; ", _failures.Take(3))}\n{_server.Log}");
        }
    }

    private async Task<SessionsReport> MeasureAsync()
    {
        MemoryFigures before = await SettleAsync().ConfigureAwait(false);
        IReadOnlyDictionary<string, HeapType> heapBefore = await HeapAsync().ConfigureAwait(false);

        TimeSpan cpu = Figures().Cpu;
        long started = Stopwatch.GetTimestamp();
        int half = _options.Sessions / 2;
        LoadSession[] firstHalf = await LogInAsync(0, half).ConfigureAwait(false);
        TimeSpan loginTime = Stopwatch.GetElapsedTime(started);
        TimeSpan loginCpu = Figures().Cpu - cpu;
        MemoryFigures halfIdle = await SettleAsync().ConfigureAwait(false);

        cpu = Figures().Cpu;
        started = Stopwatch.GetTimestamp();
        LoadSession[] sessions = [.. firstHalf, .. await LogInAsync(half, _options.Sessions).ConfigureAwait(false)];
        loginTime += Stopwatch.GetElapsedTime(started);
        loginCpu += Figures().Cpu - cpu;

        MemoryFigures idle = await SettleAsync().ConfigureAwait(false);
        IReadOnlyDictionary<string, HeapType> heapIdle = await HeapAsync().ConfigureAwait(false);
        int lost = sessions.Count(static session => !session.IsAlive);

        cpu = Figures().Cpu;
        started = Stopwatch.GetTimestamp();
        int failed = await ActAsync(sessions).ConfigureAwait(false);
        TimeSpan activeTime = Stopwatch.GetElapsedTime(started);
        TimeSpan activeCpu = Figures().Cpu - cpu;
        MemoryFigures afterActivity = await SettleAsync().ConfigureAwait(false);

        await CloseAsync(sessions).ConfigureAwait(false);
        IReadOnlyDictionary<string, double> left = await WaitForNobodyAsync().ConfigureAwait(false);
        return new SessionsReport
        {
            Sessions = _options.Sessions,
            LoginsPerSecond = sessions.Length / loginTime.TotalSeconds,
            ServerCpuMillisecondsPerLogin = loginCpu.TotalMilliseconds / Math.Max(1, sessions.Length),
            Before = before,
            HalfIdle = halfIdle,
            Idle = idle,
            AfterActivity = afterActivity,
            AfterClose = await SettleAsync().ConfigureAwait(false),
            ActiveSeconds = activeTime.TotalSeconds,
            ActiveServerCpuSeconds = activeCpu.TotalSeconds,
            LoginFailures = _options.Sessions - sessions.Length,
            LostWhileIdle = lost,
            TransferFailures = failed,
            SessionsLeft = left["hpc_sessions_active"],
            ConnectionsLeft = left["hpc_connections_active"],
            BufferBytesLeft = left["hpc_buffers_rented_bytes"],
            FirstFailures = [.. _failures.Take(MaxFailuresShown)],
            Types = _options.ListsTypes ? HeapType.Growth(heapBefore, heapIdle, sessions.Length) : null,
        };
    }

    private async Task<LoadSession[]> LogInAsync(int first, int end)
    {
        var sessions = new ConcurrentBag<LoadSession>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Parallel, CancellationToken = _ct };
        await Parallel.ForAsync(first, end, parallel, async (number, ct) =>
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(LoginTime);
            try
            {
                sessions.Add(await LoadSession.OpenAsync(_server, UserOf(number), _key, _pool, number, limit.Token).ConfigureAwait(false));
            }
            catch (Exception exception) when (IsFailure(exception))
            {
                _failures.Enqueue($"login {number}: {Describe(exception)}");
            }
        }).ConfigureAwait(false);
        return [.. sessions];
    }

    private async Task<int> ActAsync(LoadSession[] sessions)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_ct);
        limit.CancelAfter(ActiveTime);
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<bool>[] transfers = [.. sessions.Select(session => TryTransferAsync(session, begin.Task, limit.Token))];
        begin.SetResult();
        bool[] succeeded = await Task.WhenAll(transfers).ConfigureAwait(false);
        return succeeded.Count(static success => !success);
    }

    private async Task<bool> TryTransferAsync(LoadSession session, Task begin, CancellationToken ct)
    {
        await begin.ConfigureAwait(false);
        try
        {
            await session.TransferAsync(_download, ct).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            _failures.Enqueue($"transfer: {Describe(exception)}");
            return false;
        }
    }

    private async Task CloseAsync(LoadSession[] sessions)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Parallel, CancellationToken = _ct };
        await Parallel.ForEachAsync(sessions, parallel, async (session, _) =>
        {
            try
            {
                await session.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (IsFailure(exception))
            {
                _failures.Enqueue($"close: {Describe(exception)}");
            }
        }).ConfigureAwait(false);
    }

    /// <summary>Asks until no session, connection and buffer is left, or it takes too long; returns the last answer.</summary>
    private async Task<IReadOnlyDictionary<string, double>> WaitForNobodyAsync()
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            IReadOnlyDictionary<string, double> metrics = await _server.MetricsAsync(_ct).ConfigureAwait(false);
            bool isEmpty = metrics["hpc_sessions_active"] + metrics["hpc_connections_active"] + metrics["hpc_buffers_rented_bytes"] == 0;
            if (isEmpty || Stopwatch.GetElapsedTime(started) > CloseTime)
            {
                return metrics;
            }

            await Task.Delay(200, _ct).ConfigureAwait(false);
        }
    }

    /// <summary>Memory after a quiet time, by default without what a collection frees.</summary>
    private async Task<MemoryFigures> SettleAsync()
    {
        await Task.Delay(QuietTime, _ct).ConfigureAwait(false);
        if (_options.Collects)
        {
            // The second finds what finalizers kept in the first.
            await _server.Diagnostics.CollectAsync(_ct).ConfigureAwait(false);
            await _server.Diagnostics.CollectAsync(_ct).ConfigureAwait(false);
        }

        IReadOnlyDictionary<string, double> metrics = await _server.MetricsAsync(_ct).ConfigureAwait(false);
        ProcessFigures figures = Figures();
        return new MemoryFigures
        {
            ResidentKib = figures.ResidentKib,
            AnonymousKib = figures.AnonymousKib,
            ManagedKib = metrics["dotnet_gc_heap_size_bytes"] / 1024,
        };
    }

    private async Task<IReadOnlyDictionary<string, HeapType>> HeapAsync() => _options.ListsTypes
        ? HeapSnapshot.Read(await _server.Diagnostics.SnapshotHeapAsync(_ct).ConfigureAwait(false))
        : new Dictionary<string, HeapType>();

    private static string Describe(Exception exception) =>
        exception.InnerException is { } inner ? $"{exception.Message} ({inner.GetType().Name}: {inner.Message})" : exception.Message;

    private ProcessFigures Figures() => ProcessFigures.Of(_server.ProcessId);

    private string UserOf(int number) => $"load{number % _options.Users}";

    private bool IsFailure(Exception exception) => !_ct.IsCancellationRequested
        && exception is IOException or SocketException or OperationCanceledException or LoadException or SftpClientException or TimeoutException or InvalidDataException;
}
