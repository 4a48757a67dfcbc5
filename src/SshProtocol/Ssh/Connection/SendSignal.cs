using System.Threading.Tasks.Sources;

namespace Hpc.SshProtocol.Ssh.Connection;

/// <summary>Wakes one waiting loop, again and again, without allocating. The waiter goes on inline on the thread that pulses.</summary>
internal sealed class SendSignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int Pulsed = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<bool> _core;
    private int _state;

    /// <summary>Waits for the next pulse; returns at once if one came since the last wait. One waiter at a time.</summary>
    public ValueTask WaitAsync()
    {
        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle)
        {
            return new ValueTask(this, _core.Version);
        }

        Volatile.Write(ref _state, Idle);
        return ValueTask.CompletedTask;
    }

    /// <summary>Wakes the waiter, or makes the next wait return at once.</summary>
    public void Pulse()
    {
        while (true)
        {
            int state = Volatile.Read(ref _state);
            if (state == Pulsed)
            {
                return;
            }

            if (state == Idle)
            {
                if (Interlocked.CompareExchange(ref _state, Pulsed, Idle) == Idle)
                {
                    return;
                }
            }
            else if (Interlocked.CompareExchange(ref _state, Idle, Waiting) == Waiting)
            {
                _core.SetResult(true);
                return;
            }
        }
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
