using System.Text.Json;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Defender;

/// <summary>
/// Keeps <see cref="IpLists"/> as the data provider has them: all of them read at the start, in pages, and then what changed, looked for once a second and at every change that this
/// process made. A provider that fails changes nothing. It holds <see cref="Capacity"/> entries at most; what is behind them is told to the log and not in force.
/// </summary>
public sealed partial class IpListKeeper : IAccountChangeListener, IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestCatchUp = TimeSpan.FromSeconds(2);

    // A change of this process waits until it is in force; a large list is made anew by the loop, so that who adds many one by one does not wait for each.
    private const int SmallLists = 10_000;
    private static readonly TimeSpan LargeListPause = TimeSpan.FromMilliseconds(250);

    private readonly IObjectStore _store;
    private readonly IpLists _lists;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _turn = new(1, 1);

    // By who has the turn.
    private readonly Dictionary<NetworkPrefix, NetworkRule>[] _entries = [[], [], []];
    private readonly bool[] _isChanged = new bool[3];
    private long _stamp;
    private bool _isLoaded;
    private bool _isFailing;

    private volatile TaskCompletionSource _hurry = NewSignal();
    private Task _loop = Task.CompletedTask;
    private int _count;
    private bool _isDisposed;

    /// <summary>A keeper that reads nothing yet.</summary>
    public IpListKeeper(IObjectStore store, IpLists lists, TimeProvider time, ILogger<IpListKeeper> logger, int capacity = 250_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _store = store;
        _lists = lists;
        _time = time;
        _logger = logger;
        Capacity = capacity;
    }

    /// <summary>Most entries of all lists together.</summary>
    public int Capacity { get; }

    /// <summary>Entries that are in force.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Called when lists have changed.</summary>
    public Action? Changed { get; set; }

    /// <summary>Reads the lists, and from then on their changes. An exception means that they cannot be read.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        await CatchUpAsync(ct).ConfigureAwait(false);
        _loop = RunAsync(_stop.Token);
    }

    /// <summary>Looks for changes now and not at the next second. Does not wait.</summary>
    public void Hurry() => _hurry.TrySetResult();

    /// <inheritdoc/>
    public async ValueTask ChangedAsync(IReadOnlyList<ObjectKey> keys, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (!keys.Any(static key => key.Kind == ObjectKind.IpListEntry))
        {
            return;
        }

        if (Count > SmallLists)
        {
            _hurry.TrySetResult();
            return;
        }

        try
        {
            await TryCatchUpAsync(ct).WaitAsync(LongestCatchUp, _time, ct).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The loop goes on with it; whoever made the change has its answer.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
        _turn.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await WaitAsync(ct).ConfigureAwait(false);
                await TryCatchUpAsync(ct).ConfigureAwait(false);
                if (Count > SmallLists)
                {
                    await Task.Delay(LargeListPause, _time, ct).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task WaitAsync(CancellationToken ct)
    {
        Task hurry = _hurry.Task;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(hurry, Task.Delay(Interval, _time, either.Token)).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
        if (hurry.IsCompleted)
        {
            _hurry = NewSignal();
        }
    }

    private async Task TryCatchUpAsync(CancellationToken ct)
    {
        try
        {
            await CatchUpAsync(ct).ConfigureAwait(false);
            _isFailing = false;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // The next second tries again; what is in force stays.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!_isFailing)
            {
                DefenderLog.ListsUnreadable(_logger, exception);
            }

            _isFailing = true;
        }
    }

    private async Task CatchUpAsync(CancellationToken ct)
    {
        bool isChanged;
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            await ReadAsync(ct).ConfigureAwait(false);
            isChanged = PutInForce();
        }
        finally
        {
            _turn.Release();
        }

        if (isChanged)
        {
            Changed?.Invoke();
        }
    }

    /// <summary>The changed lists as tables, made on the worker that reads them.</summary>
    private bool PutInForce()
    {
        bool isChanged = false;
        for (int i = 0; i < _entries.Length; i++)
        {
            if (_isChanged[i])
            {
                var table = NetworkTable.Create(_entries[i].Values);
                _lists.Set(i + 1, table);
                _isChanged[i] = false;
                isChanged = true;
                DefenderLog.ListInForce(_logger, i + 1, table.Count);
            }
        }

        Volatile.Write(ref _count, _entries.Sum(static entries => entries.Count));
        return isChanged;
    }
}
