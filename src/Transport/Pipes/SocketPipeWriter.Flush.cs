using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Hpc.Transport.Pipes;

// A send (one block on its way into the kernel) and a flush (what the writer awaits) are two things: cancelling a flush leaves the send under way,
// and the next flush waits for it. A block is never returned while a send reads from it.
public sealed partial class SocketPipeWriter : IValueTaskSource<FlushResult>
{
    /// <summary>Sends all that was written before this call, in order. Fails with <see cref="IOException"/> if the connection is gone.</summary>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        }

        lock (_sync)
        {
            ObjectDisposedException.ThrowIf(_isCompleted, this);
            if (_isFlushPending)
            {
                throw new InvalidOperationException("A flush is pending already.");
            }

            _queue.ReleaseRoom();
            if (_isCanceled)
            {
                _isCanceled = false;
                return new ValueTask<FlushResult>(new FlushResult(isCanceled: true, isCompleted: false));
            }

            _target = _queue.Written;
            switch (TakeStep())
            {
                case Step.Sent:
                    return default;
                case Step.Failed:
                    return ValueTask.FromException<FlushResult>(ConnectionLostException.From(_fault!));
                default:
                    break;
            }

            _flush.Reset();
            _flush.RunContinuationsAsynchronously = false;
            _isFlushPending = true;
            short version = _flush.Version;
            if (cancellationToken.CanBeCanceled)
            {
                _registration = cancellationToken.UnsafeRegister(static (writer, ct) => ((SocketPipeWriter)writer!).CancelBy(ct), this);
            }

            return new ValueTask<FlushResult>(this, version);
        }
    }

    /// <inheritdoc />
    public override void CancelPendingFlush()
    {
        CancellationTokenRegistration registration;
        lock (_sync)
        {
            if (!TryEndPendingFlush(out registration))
            {
                _isCanceled = true;
                return;
            }
        }

        registration.Dispose();
        _flush.RunContinuationsAsynchronously = true;
        _flush.SetResult(new FlushResult(isCanceled: true, isCompleted: false));
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token) => _flush.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _flush.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _flush.OnCompleted(continuation, state, token, flags);

    private Step TakeStep()
    {
        while (_fault is null && _queue.Sent < _target)
        {
            if (_isSending)
            {
                return Step.Pending;
            }

            Send();
        }

        return _fault is null ? Step.Sent : Step.Failed;
    }

    private void Send()
    {
        ReadOnlyMemory<byte> data = _queue.BeginSend(_target);
        try
        {
            ValueTask<int> send = _connection.SendAsync(data);
            if (send.IsFaulted)
            {
                Fail(send.AsTask().Exception!.InnerException!);
                return;
            }

            if (send.IsCompleted)
            {
                _queue.EndSend(send.Result);
                return;
            }

            _isSending = true;
            _send = send.ConfigureAwait(false).GetAwaiter();
            _send.UnsafeOnCompleted(_onSent ??= OnSent);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Fail(e);
        }
    }

    private void OnSent()
    {
        Step step;
        CancellationTokenRegistration registration;
        lock (_sync)
        {
            EndSend();
            if (_isCompleted)
            {
                _queue.Drop();
            }

            if (!_isFlushPending)
            {
                return;
            }

            step = TakeStep();
            if (step == Step.Pending)
            {
                return;
            }

            TryEndPendingFlush(out registration);
        }

        registration.Dispose();
        if (step == Step.Sent)
        {
            _flush.SetResult(default);
        }
        else
        {
            _flush.SetException(ConnectionLostException.From(_fault!));
        }
    }

    private void EndSend()
    {
        _isSending = false;
        try
        {
#pragma warning disable VSTHRD002 // It is completed: this is its continuation.
            _queue.EndSend(_send.GetResult());
#pragma warning restore VSTHRD002
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Fail(e);
        }

        _send = default;
    }

    private void Fail(Exception exception)
    {
        _fault = ConnectionLostException.From(exception);
        _queue.EndSend(0);
        _queue.Drop();
    }

    private void CancelBy(CancellationToken ct)
    {
        lock (_sync)
        {
            if (!TryEndPendingFlush(out _))
            {
                return;
            }
        }

        _flush.RunContinuationsAsynchronously = true;
        _flush.SetException(new OperationCanceledException(ct));
    }

    private bool TryEndPendingFlush(out CancellationTokenRegistration registration)
    {
        registration = _registration;
        _registration = default;
        bool wasPending = _isFlushPending;
        _isFlushPending = false;
        return wasPending;
    }
}
