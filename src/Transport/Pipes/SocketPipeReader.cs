using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Hpc.Transport.Buffers;

namespace Hpc.Transport.Pipes;

/// <summary>
/// Receives straight into one pinned block and always hands out one contiguous segment that starts at the first unconsumed byte.
/// While it waits it holds no block, or the smallest one for an unconsumed tail. A frame may be as large as <see cref="BlockPool.Huge"/>;
/// a reader that consumes nothing of a full block of that size fails, so protocols bound their frames.
/// </summary>
public sealed partial class SocketPipeReader : PipeReader
{
    // A peer that always has more under way must not keep a socket thread for itself: after this much
    // without a wait the next read continues on the thread pool.
    private const int InlineReads = 64;
    private const int InlineBytes = 4 * 1024 * 1024;

    private readonly IByteConnection _connection;
    private readonly Action _onReadable;

    // All fields below are touched with this lock held: by the consumer, by the completion of a wait, and by whoever cancels.
    private readonly Lock _sync = new();
    private readonly ReceiveWindow _window;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _wait;
    private ManualResetValueTaskSourceCore<ReadResult> _read;
    private CancellationTokenRegistration _registration;
    private Exception? _fault;
    private long _received;
    private int _unexamined;
    private int _inlineReads;
    private int _inlineBytes;
    private bool _isWaiting;       // a zero-byte receive is under way
    private bool _isReadPending;   // the consumer awaits _read
    private bool _isHandedOut;     // the consumer has a buffer and has not advanced
    private bool _isDrained;       // the last receive left room: the socket is most likely empty
    private bool _isEnded;
    private bool _isCanceled;
    private bool _isCompleted;

    internal SocketPipeReader(IByteConnection connection, BlockPool pool)
    {
        _connection = connection;
        _window = new ReceiveWindow(pool);
        _onReadable = OnReadable;
    }

    private enum Step
    {
        Result,
        Pending,
        Failed,
    }

    /// <summary>Bytes received so far.</summary>
    public long BytesReceived => Volatile.Read(ref _received);

    /// <inheritdoc />
    public override bool TryRead(out ReadResult result)
    {
        lock (_sync)
        {
            ThrowIfNotReadable();
            switch (TakeStep(mayWait: false, out result))
            {
                case Step.Result:
                    return true;
                case Step.Failed:
                    throw Fault();
                default:
                    _window.Shrink();
                    return false;
            }
        }
    }

    /// <inheritdoc />
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc />
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        lock (_sync)
        {
            if (_isCompleted)
            {
                return;
            }

            int consumedLength = _window.OffsetOf(consumed);
            int examinedLength = Math.Max(consumedLength, _window.OffsetOf(examined));
            _unexamined = _window.Length - examinedLength;
            _window.Consume(consumedLength);
            _isHandedOut = false;
            if (_window.Length == 0 && (_isDrained || _isEnded))
            {
                _window.Release();
            }
        }
    }

    /// <inheritdoc />
    public override void Complete(Exception? exception = null)
    {
        CancellationTokenRegistration registration;
        lock (_sync)
        {
            if (_isCompleted)
            {
                return;
            }

            _isCompleted = true;
            _window.Release();
            if (!TryEndPendingRead(out registration))
            {
                return;
            }
        }

        registration.Dispose();
        _read.RunContinuationsAsynchronously = true;
        _read.SetException(new InvalidOperationException("The reader was completed while it was reading."));
    }

    private void ThrowIfNotReadable()
    {
        if (_isCompleted)
        {
            throw new InvalidOperationException("The reader is completed.");
        }

        if (_isReadPending)
        {
            throw new InvalidOperationException("A read is pending already.");
        }

        if (_isHandedOut)
        {
            throw new InvalidOperationException("The last read was not followed by AdvanceTo.");
        }
    }

    // Goes as far as possible without waiting; then starts the wait if that is wanted.
    private Step TakeStep(bool mayWait, out ReadResult result)
    {
        while (true)
        {
            if (_isCanceled || _unexamined > 0 || _isEnded)
            {
                result = HandOut(_isCanceled);
                _isCanceled = false;
                return Step.Result;
            }

            result = default;
            if (_fault is not null)
            {
                return Step.Failed;
            }

            if (!_isDrained)
            {
                Receive();
            }
            else if (_isWaiting || !mayWait)
            {
                return Step.Pending;
            }
            else
            {
                StartWait();
            }
        }
    }

    private ReadResult HandOut(bool isCanceled)
    {
        _isHandedOut = true;
        return new ReadResult(_window.Content, isCanceled, isCompleted: _isEnded);
    }

    private void Receive()
    {
        if (!_window.TryPrepare(out Span<byte> room))
        {
            _fault = new InvalidOperationException($"{_window.Length} bytes were examined and none was consumed.");
            return;
        }

        int count = _connection.Receive(room, out SocketError error);
        switch (error)
        {
            case SocketError.Success when count > 0:
                _window.Add(count);
                _received += count;
                _unexamined += count;
                _inlineReads++;
                _inlineBytes += count;
                _isDrained = count < room.Length;
                break;
            case SocketError.Success:
                _isEnded = true;
                _window.Shrink();
                break;
            case SocketError.WouldBlock:
                _isDrained = true;
                break;
            case SocketError.Interrupted:
                break;
            default:
                _fault = ConnectionLostException.From(error);
                _window.Shrink();
                break;
        }
    }

    private Exception Fault() => _fault is IOException ? ConnectionLostException.From(_fault) : _fault!;
}
