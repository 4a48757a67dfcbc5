namespace Hpc.Actors.Cluster.InProcess;

/// <summary>Wakes whoever waits for a hurry; one that nobody waits for is kept for the next.</summary>
internal sealed class HurrySignal
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiting;
    private bool _isSet;

    public void Set()
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            waiting = _waiting;
            _waiting = null;
            _isSet = waiting is null;
        }

        waiting?.TrySetResult();
    }

    public Task WaitAsync(CancellationToken ct)
    {
        lock (_lock)
        {
            if (_isSet)
            {
                _isSet = false;
                return Task.CompletedTask;
            }

            _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task.WaitAsync(ct);
        }
    }
}
