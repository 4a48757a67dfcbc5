using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Hpc.Transport.Pipes;

namespace Hpc.Transport.Data;

/// <summary>
/// Waits until a socket can be received from or sent to, one wait at a time. What is told goes on on the thread of its <see cref="ReadinessLoop"/>, or where it was
/// about to wait; what is cancelled or closed, by whatever thread, goes on on the pool. It may be told for nothing: who waited tries, and waits again.
/// </summary>
/// <param name="socket">The socket; it must stay open until <see cref="Close"/>.</param>
internal sealed class SocketReadiness(Socket socket) : IValueTaskSource, IValueTaskSource<int>
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _wait;
    private ReadinessLoop? _loop;
    private long _key;
    private CancellationToken _token;
    private CancellationTokenRegistration _cancellation;
    private bool _isWaiting;
    private bool _isClosed;
    private bool _isAmongBulk;

    /// <summary>True from when on the connection moves much: it waits with its like then. Set by who waits.</summary>
    public bool IsBulk { get; set; }

    /// <summary>Waits until there is something to receive: bytes, the end, or an error.</summary>
    /// <exception cref="ConnectionLostException">It is closed, here or while it waits.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public ValueTask WaitReadableAsync(CancellationToken ct) => TryBegin(Epoll.In, ct, out short version, out Exception? failure) ? new(this, version) : ValueTask.FromException(failure);

    /// <summary>The same without an end of the wait but <see cref="Close"/>, as a pipe's socket wants it: 0.</summary>
    /// <exception cref="ConnectionLostException">It is closed, here or while it waits.</exception>
    public ValueTask<int> WaitReadableAsync() =>
        TryBegin(Epoll.In, CancellationToken.None, out short version, out Exception? failure) ? new(this, version) : ValueTask.FromException<int>(failure);

    /// <summary>Waits until there is room for what is sent, or an error.</summary>
    /// <exception cref="ConnectionLostException">It is closed, here or while it waits.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public ValueTask WaitWritableAsync(CancellationToken ct) => TryBegin(Epoll.Out, ct, out short version, out Exception? failure) ? new(this, version) : ValueTask.FromException(failure);

    /// <summary>For the loop: what was asked for is there.</summary>
    public void Tell()
    {
        if (TryEnd())
        {
            _wait.SetResult(true);
        }
    }

    /// <summary>As if what was asked for were there, on the pool: who waited asks again.</summary>
    public void TellElsewhere()
    {
        if (TryEnd())
        {
            _wait.RunContinuationsAsynchronously = true;
            _wait.SetResult(true);
        }
    }

    /// <summary>Ends a wait, and every later one. From any thread, more than once.</summary>
    public void Close()
    {
        bool wasWaiting;
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            (wasWaiting, _isWaiting) = (_isWaiting, false);
            if (_key != 0)
            {
                _loop!.Remove(_key, Descriptor);
            }
        }

        _cancellation.Unregister();
        if (wasWaiting)
        {
            EndOnPool(new ConnectionLostException());
        }
    }

    /// <inheritdoc/>
    void IValueTaskSource.GetResult(short token) => _wait.GetResult(token);

    /// <inheritdoc/>
    int IValueTaskSource<int>.GetResult(short token)
    {
        _wait.GetResult(token);
        return 0;
    }

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wait.GetStatus(token);

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _wait.GetStatus(token);

    /// <inheritdoc/>
    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    /// <inheritdoc/>
    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private int Descriptor => (int)socket.SafeHandle.DangerousGetHandle();

    private bool TryBegin(uint events, CancellationToken ct, out short version, [NotNullWhen(false)] out Exception? failure)
    {
        version = 0;
        failure = null;
        if (ct.IsCancellationRequested)
        {
            failure = new OperationCanceledException(ct);
            return false;
        }

        lock (_gate)
        {
            if (_isWaiting)
            {
                throw new InvalidOperationException("A connection waits for one thing at a time.");
            }
        }

        Watch(ct);
        lock (_gate)
        {
            if (_isClosed)
            {
                failure = new ConnectionLostException();
                return false;
            }

            _wait.Reset();
            _wait.RunContinuationsAsynchronously = false;
            version = _wait.Version;
            if (!TryArm(events))
            {
                failure = new ConnectionLostException("The connection cannot be watched.", Epoll.Failed("epoll_ctl"));
                return false;
            }

            _isWaiting = true;
        }

        // It may have been cancelled before it waited.
        if (ct.IsCancellationRequested)
        {
            Cancel();
        }

        return true;
    }

    private bool TryArm(uint events)
    {
        if (_loop is not { } loop)
        {
            return TryChoose(out ReadinessLoop? first) && TryMove(first, events);
        }

        // Where no other can be had, this one is as good as it was.
        bool isToMove = IsBulk != _isAmongBulk || loop.TryLetGo(IsBulk);
        return (isToMove && TryChoose(out ReadinessLoop? other) && other != loop && TryMove(other, events))
            || (_key != 0 ? loop.TryArm(_key, Descriptor, events) : TryMove(loop, events));
    }

    /// <summary>Waits with another loop; if that cannot be, all stays as it was.</summary>
    private bool TryMove(ReadinessLoop other, uint events)
    {
        long key = other.Add(this, Descriptor, events);
        if (key == 0)
        {
            return false;
        }

        if (_key != 0)
        {
            _loop!.Remove(_key, Descriptor);
        }

        (_loop, _key, _isAmongBulk) = (other, key, IsBulk);
        return true;
    }

    private bool TryChoose([NotNullWhen(true)] out ReadinessLoop? loop)
    {
        try
        {
            loop = IsBulk ? ReadinessLoop.ForBulk() : ReadinessLoop.ForLines();
            return true;
        }
        catch (Exception e) when (e is IOException or OutOfMemoryException)
        {
            // No descriptor or no thread for one that was not needed before.
            loop = null;
            return false;
        }
    }

    // A transfer waits with the same token each time.
    private void Watch(CancellationToken ct)
    {
        if (ct == _token)
        {
            return;
        }

        _cancellation.Unregister();
        _token = ct;
        _cancellation = ct.UnsafeRegister(static state => ((SocketReadiness)state!).Cancel(), this);
    }

    private void Cancel()
    {
        CancellationToken token;
        lock (_gate)
        {
            // A token of an earlier wait, whose callback runs while it is unregistered, ends nothing.
            token = _token;
            if (!_isWaiting || !token.IsCancellationRequested)
            {
                return;
            }

            _isWaiting = false;
        }

        EndOnPool(new OperationCanceledException(token));
    }

    private bool TryEnd()
    {
        lock (_gate)
        {
            bool wasWaiting = _isWaiting;
            _isWaiting = false;
            return wasWaiting;
        }
    }

    private void EndOnPool(Exception exception)
    {
        _wait.RunContinuationsAsynchronously = true;
        _wait.SetException(exception);
    }
}
