using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Hpc.Transport.Buffers;

namespace Hpc.Transport.Pipes;

/// <summary>
/// Sends straight from the pinned blocks it hands out. Blocks are rented only while there is something unsent. What is written while a flush is pending
/// is sent by the next one. Calls do not run concurrently with each other, except <see cref="CancelPendingFlush"/>; a pending flush may go on meanwhile.
/// </summary>
public sealed partial class SocketPipeWriter : PipeWriter
{
    private readonly IByteConnection _connection;
    private Action? _onSent;

    // All fields below are touched with this lock held: by the writer, by the completion of a send, and by whoever cancels.
    // The exception is UnflushedBytes: two positions of the queue, which only grow and may be read at any time.
    private readonly Lock _sync = new();
    private readonly SendQueue _queue;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _send;
    private ManualResetValueTaskSourceCore<FlushResult> _flush;
    private CancellationTokenRegistration _registration;
    private Exception? _fault;
    private long _target;          // where the current flush ends, as a position in the stream
    private bool _isSending;
    private bool _isFlushPending;  // the writer awaits _flush
    private bool _isCanceled;
    private bool _isCompleted;

    internal SocketPipeWriter(IByteConnection connection, BlockPool pool)
    {
        _connection = connection;
        _queue = new SendQueue(pool);
    }

    private enum Step
    {
        Sent,
        Pending,
        Failed,
    }

    /// <inheritdoc />
    public override bool CanGetUnflushedBytes => true;

    /// <summary>Bytes written that the kernel has not taken yet, those of a pending flush included.</summary>
    public override long UnflushedBytes => _queue.Unsent;

    /// <summary>Bytes that the kernel has taken so far.</summary>
    public long BytesSent
    {
        get
        {
            lock (_sync)
            {
                return _queue.Sent;
            }
        }
    }

    /// <summary>Pinned, contiguous memory of at least <paramref name="sizeHint"/> bytes (at most <see cref="BlockPool.Huge"/>).</summary>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        lock (_sync)
        {
            ObjectDisposedException.ThrowIf(_isCompleted, this);
            return _queue.GetRoom(sizeHint);
        }
    }

    /// <inheritdoc cref="GetMemory" />
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc />
    public override void Advance(int bytes)
    {
        lock (_sync)
        {
            if (_isCompleted)
            {
                return;
            }

            if (_fault is null)
            {
                _queue.Advance(bytes);
            }
            else
            {
                _queue.ReleaseRoom();
            }
        }
    }

    /// <summary>Ends writing. What was not flushed is dropped.</summary>
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
            _queue.ReleaseRoom();
            _queue.Drop();
            if (!TryEndPendingFlush(out registration))
            {
                return;
            }
        }

        registration.Dispose();
        _flush.RunContinuationsAsynchronously = true;
        _flush.SetException(new InvalidOperationException("The writer was completed while it was flushing."));
    }
}
