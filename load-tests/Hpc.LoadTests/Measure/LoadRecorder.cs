using System.Numerics;

namespace Hpc.LoadTests.Measure;

/// <summary>
/// Counts what all sessions of a run do. Recording takes no lock: each processor has counters of its own, which a snapshot adds up.
/// Once a second a timer turns what was added since into a sample of the series.
/// </summary>
internal sealed class LoadRecorder : IDisposable
{
    private const int MaxStripes = 64;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly DateTimeOffset _startUtc;
    private readonly OperationCounters[][] _stripes;
    private readonly ErrorTable _errors = new();
    private readonly ITimer _timer;

    // Any thread, by Interlocked.
    private int _sessions;
    private int _peakSessions;
    private long _sessionsOpened;

    // Under _seriesLock, which recording never takes.
    private readonly Lock _seriesLock = new();
    private readonly SampleSeries _series;
    private LoadSample _totalsBefore;
    private bool _isStopped;

    public LoadRecorder(TimeProvider? time = null, int seriesCapacity = SampleSeries.DefaultCapacity)
    {
        _time = time ?? TimeProvider.System;
        _series = new SampleSeries(seriesCapacity);
        int stripes = Math.Min(MaxStripes, (int)BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount));
        _stripes = [.. Enumerable.Range(0, stripes).Select(static _ => NewStripe())];
        _startUtc = _time.GetUtcNow();
        _started = _time.GetTimestamp();
        _timer = _time.CreateTimer(static recorder => ((LoadRecorder)recorder!).NoteSecond(), this, Second, Second);
    }

    /// <summary>Since the recorder was made.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_started);

    /// <summary>Open now.</summary>
    public int Sessions => Volatile.Read(ref _sessions);

    /// <summary>
    /// Counts an operation that ended. Only durations of <see cref="LoadOutcome.Succeeded"/> enter the latencies. <paramref name="bytes"/> is content that
    /// <see cref="Moved"/> has not been told of.
    /// </summary>
    public void Record(LoadOperation operation, TimeSpan elapsed, long bytes, LoadOutcome outcome) => Counters(operation).Record(elapsed, bytes, outcome);

    /// <summary>Counts content of a transfer that is still under way, so that the series shows it when it moves and not when its file is complete.</summary>
    public void Moved(LoadOperation operation, long bytes) => Counters(operation).AddBytes(bytes);

    /// <summary>Says why an operation did not succeed; the operation itself is counted by <see cref="Record"/>.</summary>
    /// <param name="kind">A short name that does not vary from one error to the next.</param>
    /// <param name="message">The text of this error; the first of each kind is kept.</param>
    public void RecordError(string kind, string message) => _errors.Add(kind, message);

    public void SessionOpened()
    {
        Interlocked.Increment(ref _sessionsOpened);
        int sessions = Interlocked.Increment(ref _sessions);
        int peak = Volatile.Read(ref _peakSessions);
        while (sessions > peak)
        {
            int found = Interlocked.CompareExchange(ref _peakSessions, sessions, peak);
            if (found == peak)
            {
                return;
            }

            peak = found;
        }
    }

    public void SessionClosed() => Interlocked.Decrement(ref _sessions);

    /// <summary>Ends the series with the part of a second that is left; operations are still counted afterwards.</summary>
    public void Stop()
    {
        lock (_seriesLock)
        {
            AddSample();
            _isStopped = true;
        }

        _timer.Dispose();
    }

    /// <summary>All figures, with a copy of the series.</summary>
    public LoadSnapshot Snapshot()
    {
        LoadSample[] series;
        lock (_seriesLock)
        {
            series = _series.ToArray();
        }

        return SnapshotTotals() with { Series = series };
    }

    /// <summary>All figures but the series.</summary>
    public LoadSnapshot SnapshotTotals() => new()
    {
        StartUtc = _startUtc,
        Elapsed = Elapsed,
        Sessions = Sessions,
        PeakSessions = Volatile.Read(ref _peakSessions),
        SessionsOpened = Volatile.Read(ref _sessionsOpened),
        Operations = [.. Enumerable.Range(0, LoadOperations.Count).Select(SnapshotOperation)],
        Errors = _errors.Snapshot(),
    };

    public void Dispose()
    {
        lock (_seriesLock)
        {
            _isStopped = true;
        }

        _timer.Dispose();
    }

    private static OperationCounters[] NewStripe() => [.. Enumerable.Range(0, LoadOperations.Count).Select(static _ => new OperationCounters())];

    private OperationCounters Counters(LoadOperation operation) =>
        _stripes[Thread.GetCurrentProcessorId() & (_stripes.Length - 1)][(int)operation];

    private OperationSnapshot SnapshotOperation(int operation)
    {
        var sum = new OperationSnapshot((LoadOperation)operation);
        foreach (OperationCounters[] stripe in _stripes)
        {
            sum = stripe[operation].AddTo(sum);
        }

        return sum;
    }

    private void NoteSecond()
    {
        lock (_seriesLock)
        {
            AddSample();
        }
    }

    private void AddSample()
    {
        LoadSample now = Totals();
        LoadSample before = _totalsBefore;
        if (_isStopped || now.Duration <= before.Duration)
        {
            return;
        }

        _series.Add(new LoadSample(
            before.Duration,
            now.Duration - before.Duration,
            now.Sessions,
            now.Logins - before.Logins,
            now.Operations - before.Operations,
            now.Errors - before.Errors,
            now.UploadedBytes - before.UploadedBytes,
            now.DownloadedBytes - before.DownloadedBytes));
        _totalsBefore = now;
    }

    /// <summary>A sample over the whole time so far.</summary>
    private LoadSample Totals()
    {
        long succeeded = 0, errors = 0, logins = 0, up = 0, down = 0;
        TimeSpan elapsed = Elapsed;
        foreach (OperationCounters[] stripe in _stripes)
        {
            foreach (OperationCounters counters in stripe)
            {
                succeeded += counters.Succeeded;
                errors += counters.Errors;
            }

            logins += stripe[(int)LoadOperation.Login].Succeeded;
            up += stripe[(int)LoadOperation.Upload].Bytes;
            down += stripe[(int)LoadOperation.Download].Bytes;
        }

        return new LoadSample(TimeSpan.Zero, elapsed, Sessions, logins, succeeded + errors, errors, up, down);
    }
}
