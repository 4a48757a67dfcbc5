using Hpc.Accounts.Data;
using Hpc.Accounts.Services;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Lookup;

/// <summary>
/// Knows up to which change of the store the caches of this process are right. Of a store that can tell its stamp at once they are right if it is the one of now;
/// of another if the store was asked less than <see cref="AccountDirectoryOptions.MaxAge"/> ago. What changed is listed, so that the rest stays in the caches.
/// </summary>
public sealed class ChangeFeed : IAccountChangeListener, IDisposable
{
    private static readonly TimeSpan LongestCatchUp = TimeSpan.FromSeconds(2);

    // More than what can have been told beyond the last look.
    private const long BetweenGenerations = 1L << 32;

    private readonly IObjectStore _store;
    private readonly AccountDirectoryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _turn = new(1, 1);

    // Copied when one is added, and read by whoever tells of a change.
    private readonly Lock _gate = new();
    private volatile IChangeSink[] _sinks = [];
    private volatile State? _state;
    private volatile bool _tellsNow;
    private long _asked;

    // By whoever has the turn: up to which asking a look has answered, and how it ended.
    private long _answered;
    private Exception? _failure;
    private Task _loop = Task.CompletedTask;
    private bool _isFailing;

    /// <summary>Makes a feed that nobody polls yet.</summary>
    public ChangeFeed(IObjectStore store, AccountDirectoryOptions options, TimeProvider time, ILogger<ChangeFeed> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxAge, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.PollInterval, TimeSpan.Zero);
        _store = store;
        _options = options;
        _time = time;
        _logger = logger;
    }

    internal IObjectStore Store => _store;

    internal AccountDirectoryOptions Options => _options;

    /// <summary>The stamp that the caches are right for; less than any before the first look.</summary>
    internal long Stamp => _state?.Stamp ?? long.MinValue;

    /// <summary>Begins to ask a store that cannot tell its stamp at once every <see cref="AccountDirectoryOptions.PollInterval"/>, until disposed. Once.</summary>
    public void Start() => _loop = PollAsync(_stop.Token);

    /// <summary>True if what the caches hold is what is committed now, as far as the store can tell. Does not wait.</summary>
    public bool IsCurrent()
    {
        if (_state is not { } state)
        {
            return false;
        }

        if (_store.TryGetStampNow(out long stamp))
        {
            _tellsNow = true;
            return stamp == state.Stamp && _store.Generation == state.Generation;
        }

        // A store that usually can and just now cannot is asked the long way.
        return !_tellsNow && _time.GetElapsedTime(state.At) <= _options.MaxAge;
    }

    /// <summary>Returns when the caches hold nothing older than this call, or than <see cref="IsCurrent"/> allows.</summary>
    public ValueTask EnsureCurrentAsync(CancellationToken ct) => IsCurrent() ? default : new(CatchUpAsync(ct));

    /// <summary>See <see cref="IAccountDirectory.GetChangeStampAsync"/>.</summary>
    public async ValueTask<long> GetChangeStampAsync(CancellationToken ct)
    {
        if (_state is { } state && _store.TryGetStampNow(out long stamp) && _store.Generation == state.Generation)
        {
            return stamp + state.Offset;
        }

        await CatchUpAsync(ct).ConfigureAwait(false);
        return _state!.Told;
    }

    /// <summary>What changed since an answer of <see cref="GetChangeStampAsync"/>.</summary>
    public async ValueTask<ObjectChanges> ListChangesAsync(long since, CancellationToken ct)
    {
        // Up to this one the caches have it; what the store lists beyond is listed again next time.
        long stamp = await GetChangeStampAsync(ct).ConfigureAwait(false);
        State state = _state!;
        return stamp == since ? new ObjectChanges(stamp, [])
            : since < state.First || stamp < since ? new ObjectChanges(stamp, null)
            : new ObjectChanges(stamp, (await _store.ListChangesAsync(since - state.Offset, ct).ConfigureAwait(false)).Keys);
    }

    /// <inheritdoc/>
    public async ValueTask ChangedAsync(IReadOnlyList<ObjectKey> keys, CancellationToken ct)
    {
        Invalidate(keys);
        try
        {
            // What the store lists of this change is then behind us, so that what is read from now on stays.
            await CatchUpAsync(ct).WaitAsync(LongestCatchUp, _time, ct).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The change is in force already; whoever made it gets its answer.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LookupLog.CatchUpFailed(_logger, error);
        }
    }

    /// <summary>Stops polling.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    internal void Add(IChangeSink sink)
    {
        lock (_gate)
        {
            _sinks = [.. _sinks, sink];
        }
    }

    /// <summary>Asks the store what changed; of all who ask while a look runs, one makes the next for all. Fails with the look that would have answered.</summary>
    internal async Task CatchUpAsync(CancellationToken ct)
    {
        long ticket = Interlocked.Increment(ref _asked);
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (_answered < ticket)
            {
                await LookForAllAsync(ct).ConfigureAwait(false);
            }

            if (_failure is not null)
            {
                throw new DataProviderException("The data provider cannot be asked for changes.", _failure);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task LookForAllAsync(CancellationToken ct)
    {
        long upTo = Interlocked.Read(ref _asked);
        try
        {
            await LookAsync(ct).ConfigureAwait(false);
            _failure = null;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Thrown to everybody whom this look was for.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _failure = error;
        }

        _answered = upTo;
    }

    private async Task LookAsync(CancellationToken ct)
    {
        long at = _time.GetTimestamp();
        if (_state is not { } known)
        {
            uint born = _store.Generation;
            long first = await _store.GetStampAsync(ct).ConfigureAwait(false);
            _tellsNow = _store.TryGetStampNow(out _);
            Invalidate(null);
            _state = new State(first, at, born, Offset: 0, First: first);
            return;
        }

        if (_tellsNow && !_store.TryGetStampNow(out _))
        {
            // Asked the long way once, it can tell at once again.
            await _store.GetStampAsync(ct).ConfigureAwait(false);
        }

        // Before the changes: another file behind that is seen by the next look.
        uint generation = _store.Generation;
        ObjectChanges changes = await _store.ListChangesAsync(known.Stamp, ct).ConfigureAwait(false);

        // A stamp that went back is another database in the place of the first. One that was away may be another, too, whatever its stamp is.
        bool isSame = changes.Stamp >= known.Stamp && generation == known.Generation && _failure is null;
        bool isKnown = isSame && changes.Keys is not null;
        if (!isKnown || changes.Keys!.Count > 0)
        {
            Invalidate(isKnown ? changes.Keys : null);
        }

        long offset = isSame ? known.Offset : known.Told + BetweenGenerations - changes.Stamp;
        _state = new State(changes.Stamp, at, generation, offset, isSame ? known.First : changes.Stamp + offset);
    }

    private void Invalidate(IReadOnlyList<ObjectKey>? keys)
    {
        foreach (IChangeSink sink in _sinks)
        {
            sink.Invalidate(keys);
        }
    }

    private async Task PollAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(_options.PollInterval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct).ConfigureAwait(false))
            {
                if (!_tellsNow)
                {
                    await PollOnceAsync(ct).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task PollOnceAsync(CancellationToken ct)
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
#pragma warning disable CA1031 // The next tick tries again; until then nothing is told from the caches.
        catch (Exception error)
#pragma warning restore CA1031
        {
            if (!_isFailing)
            {
                LookupLog.PollFailed(_logger, error);
            }

            _isFailing = true;
        }
    }

    /// <summary>Up to where and when the caches are right. Stamps are told with the offset, so that those of a store that was replaced grow on.</summary>
    private sealed record State(long Stamp, long At, uint Generation, long Offset, long First)
    {
        public long Told => Stamp + Offset;
    }
}
