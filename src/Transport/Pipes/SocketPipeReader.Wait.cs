using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Hpc.Transport.Pipes;

// A wait (zero-byte receive) and a read (what the consumer awaits) are two things: cancelling a read leaves the wait under way,
// and the next read picks it up. A wait owns no memory, so nothing has to outlive anything.
public sealed partial class SocketPipeReader : IValueTaskSource<ReadResult>, IThreadPoolWorkItem
{
    /// <inheritdoc />
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        }

        lock (_sync)
        {
            ThrowIfNotReadable();
            bool mustYield = MustYield();
            if (!mustYield)
            {
                switch (TakeStep(mayWait: true, out ReadResult result))
                {
                    case Step.Result:
                        return new ValueTask<ReadResult>(result);
                    case Step.Failed:
                        return ValueTask.FromException<ReadResult>(Fault());
                    default:
                        break;
                }
            }

            _read.Reset();
            _read.RunContinuationsAsynchronously = false;
            _isReadPending = true;
            short version = _read.Version;
            if (cancellationToken.CanBeCanceled)
            {
                _registration = cancellationToken.UnsafeRegister(static (reader, ct) => ((SocketPipeReader)reader!).CancelBy(ct), this);
            }

            if (mustYield)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }

            return new ValueTask<ReadResult>(this, version);
        }
    }

    /// <inheritdoc />
    public override void CancelPendingRead()
    {
        ReadResult result;
        CancellationTokenRegistration registration;
        lock (_sync)
        {
            if (_isCompleted)
            {
                return;
            }

            if (!TryEndPendingRead(out registration))
            {
                _isCanceled = true;
                return;
            }

            result = HandOut(isCanceled: true);
        }

        registration.Dispose();
        _read.RunContinuationsAsynchronously = true;
        _read.SetResult(result);
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    void IThreadPoolWorkItem.Execute() => GoOn(isReadable: false);

    private bool MustYield()
    {
        if (_isCanceled || _unexamined > 0 || (_inlineReads < InlineReads && _inlineBytes < InlineBytes))
        {
            return false;
        }

        _inlineReads = _inlineBytes = 0;
        return true;
    }

    private void StartWait()
    {
        try
        {
            ValueTask<int> wait = _connection.WaitReadableAsync();
            if (wait.IsCompleted)
            {
                _ = wait.Result;
                _isDrained = false;
                return;
            }

            _inlineReads = _inlineBytes = 0;
            _window.Shrink();
            _isWaiting = true;
            _wait = wait.ConfigureAwait(false).GetAwaiter();
            _wait.UnsafeOnCompleted(_onReadable);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            _fault = ConnectionLostException.From(e);
        }
    }

    private void OnReadable() => GoOn(isReadable: true);

    private void GoOn(bool isReadable)
    {
        Step step;
        ReadResult result;
        CancellationTokenRegistration registration;
        lock (_sync)
        {
            if (isReadable)
            {
                EndWait();
            }

            if (!_isReadPending)
            {
                return;
            }

            step = TakeStepOrFail(out result);
            if (step == Step.Pending)
            {
                return;
            }

            TryEndPendingRead(out registration);
        }

        registration.Dispose();
        if (step == Step.Result)
        {
            _read.SetResult(result);
        }
        else
        {
            _read.SetException(Fault());
        }
    }

    private void EndWait()
    {
        _isWaiting = false;
        _isDrained = false;
        try
        {
#pragma warning disable VSTHRD002 // It is completed: this is its continuation.
            _wait.GetResult();
#pragma warning restore VSTHRD002
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            _fault ??= ConnectionLostException.From(e);
        }

        _wait = default;
    }

    // On a socket thread an exception has no caller to go to: the consumer gets it.
    private Step TakeStepOrFail(out ReadResult result)
    {
        try
        {
            return TakeStep(mayWait: true, out result);
        }
        catch (Exception e) when (e is OutOfMemoryException or InvalidOperationException)
        {
            _fault = e;
            result = default;
            return Step.Failed;
        }
    }

    private void CancelBy(CancellationToken ct)
    {
        lock (_sync)
        {
            if (!TryEndPendingRead(out _))
            {
                return;
            }
        }

        _read.RunContinuationsAsynchronously = true;
        _read.SetException(new OperationCanceledException(ct));
    }

    private bool TryEndPendingRead(out CancellationTokenRegistration registration)
    {
        registration = _registration;
        _registration = default;
        bool wasPending = _isReadPending;
        _isReadPending = false;
        return wasPending;
    }
}
