namespace Hpc.LoadTests.Measure;

/// <summary>One operation's counters for the threads of one processor.</summary>
internal sealed class OperationCounters
{
    private readonly LatencyHistogram _latency = new();
    private long _succeeded;
    private long _failed;
    private long _timedOut;
    private long _refused;
    private long _bytes;

    public long Succeeded => Volatile.Read(ref _succeeded);

    public long Errors => Volatile.Read(ref _failed) + Volatile.Read(ref _timedOut) + Volatile.Read(ref _refused);

    public long Bytes => Volatile.Read(ref _bytes);

    public void Record(TimeSpan elapsed, long bytes, LoadOutcome outcome)
    {
        switch (outcome)
        {
            case LoadOutcome.Succeeded:
                Interlocked.Increment(ref _succeeded);
                _latency.Record(elapsed);
                break;
            case LoadOutcome.Failed:
                Interlocked.Increment(ref _failed);
                break;
            case LoadOutcome.TimedOut:
                Interlocked.Increment(ref _timedOut);
                break;
            case LoadOutcome.Refused:
                Interlocked.Increment(ref _refused);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null);
        }

        AddBytes(bytes);
    }

    public void AddBytes(long bytes)
    {
        if (bytes > 0)
        {
            Interlocked.Add(ref _bytes, bytes);
        }
    }

    public OperationSnapshot AddTo(OperationSnapshot sum)
    {
        sum.Latency.Add(_latency);
        return sum with
        {
            Succeeded = sum.Succeeded + Succeeded,
            Failed = sum.Failed + Volatile.Read(ref _failed),
            TimedOut = sum.TimedOut + Volatile.Read(ref _timedOut),
            Refused = sum.Refused + Volatile.Read(ref _refused),
            Bytes = sum.Bytes + Bytes,
        };
    }
}
