using System.Threading.Tasks.Sources;

namespace Hpc.Actors.Limits.Bandwidth;

/// <summary>One wait of a transfer, in the queue of its user. Used again by the same transfer when it is over.</summary>
internal sealed class BandwidthWait(BandwidthTransfer transfer) : IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;

    public BandwidthTransfer Transfer => transfer;

    // Under the pacer's lock.
    public BandwidthWait? Previous { get; set; }

    public BandwidthWait? Next { get; set; }

    // Those of the same way, in no order.
    public BandwidthWait? PreviousOfPath { get; set; }

    public BandwidthWait? NextOfPath { get; set; }

    public long Need { get; private set; }

    /// <summary>The scope that holds it up.</summary>
    public BandwidthScope? HeldBy { get; private set; }

    public bool IsWaiting { get; private set; }

    public ValueTask<bool> Task => new(this, _source.Version);

    public void Begin(long need)
    {
        Need = need;
        IsWaiting = true;
    }

    /// <summary>Counts it at the scope that holds it up; null at none. The pacer's lock is held.</summary>
    public void Hold(BandwidthScope? by)
    {
        if (!ReferenceEquals(HeldBy, by))
        {
            HeldBy?.CountHeld(-1);
            by?.CountHeld(1);
            HeldBy = by;
        }
    }

    /// <summary>The pacer's lock is held; what waits goes on on another thread.</summary>
    public void Complete(bool result)
    {
        IsWaiting = false;
        _source.SetResult(result);
    }

    /// <summary>The pacer's lock is held.</summary>
    public void Fail(Exception error)
    {
        IsWaiting = false;
        _source.SetException(error);
    }

    /// <summary>Before the wait is handed out, and not with the lock held.</summary>
    public void CancelBy(CancellationToken ct)
    {
        if (ct.CanBeCanceled)
        {
            _cancellation = ct.UnsafeRegister(static state => ((BandwidthWait)state!).Cancel(), this);
        }
    }

    public bool GetResult(short token)
    {
        // Nobody cancels it after this.
        _cancellation.Dispose();
        _cancellation = default;
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            _source.Reset();
            transfer.ReturnWait(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Cancel() => transfer.Path.Pacer.Cancel(this);
}
