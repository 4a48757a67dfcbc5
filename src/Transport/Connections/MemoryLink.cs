using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Hpc.Transport.Connections;

/// <summary>One direction of a connection in memory: a bounded ring that behaves like a socket's send and receive buffers.</summary>
/// <param name="capacity">Bytes under way before the sender waits.</param>
/// <param name="maximumReceive">Bytes per receive at most, to make partial frames.</param>
internal sealed class MemoryLink(int capacity, int maximumReceive)
{
    private readonly Signal _readable = new();
    private readonly Signal _sent = new();

    // Touched with _sync held, by both ends.
    private readonly Lock _sync = new();
    private byte[] _ring = new byte[Math.Min(capacity, 4096)];
    private int _first;
    private int _count;
    private ReadOnlyMemory<byte> _unsent;
    private int _sendLength;
    private bool _isReaderWaiting;
    private bool _isEnded;
    private bool _isBroken;

    public int Receive(Span<byte> buffer, out SocketError error)
    {
        int taken;
        bool isSent;
        lock (_sync)
        {
            error = _isBroken ? SocketError.ConnectionReset
                : _count == 0 && !_isEnded ? SocketError.WouldBlock
                : SocketError.Success;
            if (error != SocketError.Success)
            {
                return 0;
            }

            taken = Take(buffer[..Math.Min(buffer.Length, maximumReceive)]);
            isSent = TryPutUnsent();
        }

        if (isSent)
        {
            _sent.Set(_sendLength);
        }

        return taken;
    }

    public ValueTask<int> WaitReadableAsync()
    {
        lock (_sync)
        {
            if (_isBroken)
            {
                return ValueTask.FromException<int>(new SocketException((int)SocketError.ConnectionReset));
            }

            if (_count > 0 || _isEnded)
            {
                return new ValueTask<int>(0);
            }

            _isReaderWaiting = true;
            return _readable.Wait();
        }
    }

    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> data)
    {
        ValueTask<int> result;
        bool isReadable;
        lock (_sync)
        {
            if (_isBroken || _isEnded)
            {
                return ValueTask.FromException<int>(new SocketException((int)SocketError.ConnectionReset));
            }

            _unsent = data;
            _sendLength = data.Length;
            result = _sent.Wait();
            if (TryPutUnsent(orNothing: true))
            {
                _sent.Cancel();
                result = new ValueTask<int>(data.Length);
            }

            isReadable = TryWakeReader();
        }

        if (isReadable)
        {
            _readable.Set(0);
        }

        return result;
    }

    /// <summary>Nothing more is sent; the reader sees the end after what is under way.</summary>
    public void End()
    {
        lock (_sync)
        {
            _isEnded = true;
            if (!TryWakeReader())
            {
                return;
            }
        }

        _readable.Set(0);
    }

    /// <summary>Both ends fail from now on, as after a reset.</summary>
    public void Break()
    {
        bool wasSending;
        bool wasWaiting;
        lock (_sync)
        {
            _isBroken = true;
            wasSending = !_unsent.IsEmpty;
            _unsent = default;
            wasWaiting = TryWakeReader();
        }

        if (wasSending)
        {
            _sent.Fail(SocketError.ConnectionReset);
        }

        if (wasWaiting)
        {
            _readable.Fail(SocketError.ConnectionReset);
        }
    }

    private bool TryWakeReader()
    {
        bool wakes = _isReaderWaiting && (_count > 0 || _isEnded || _isBroken);
        _isReaderWaiting &= !wakes;
        return wakes;
    }

    private int Take(Span<byte> buffer)
    {
        int length = Math.Min(buffer.Length, _count);
        int upToEdge = Math.Min(length, _ring.Length - _first);
        _ring.AsSpan(_first, upToEdge).CopyTo(buffer);
        _ring.AsSpan(0, length - upToEdge).CopyTo(buffer[upToEdge..]);
        _first = (_first + length) % _ring.Length;
        _count -= length;
        return length;
    }

    private bool TryPutUnsent(bool orNothing = false)
    {
        if (_unsent.IsEmpty)
        {
            return orNothing;
        }

        int length = Math.Min(_unsent.Length, capacity - _count);
        Reserve(_count + length);
        int at = (_first + _count) % _ring.Length;
        int upToEdge = Math.Min(length, _ring.Length - at);
        _unsent.Span[..upToEdge].CopyTo(_ring.AsSpan(at));
        _unsent.Span[upToEdge..length].CopyTo(_ring);
        _count += length;
        _unsent = _unsent[length..];
        return _unsent.IsEmpty;
    }

    private void Reserve(int length)
    {
        if (length <= _ring.Length)
        {
            return;
        }

        int count = _count;
        byte[] ring = new byte[Math.Min(capacity, Math.Max(length, _ring.Length * 2))];
        Take(ring);
        _ring = ring;
        _first = 0;
        _count = count;
    }

    // Continuations run on the pool, never on the other end's stack: that end may hold its protocol's lock.
    private sealed class Signal : IValueTaskSource<int>
    {
        private ManualResetValueTaskSourceCore<int> _core = new() { RunContinuationsAsynchronously = true };

        public ValueTask<int> Wait()
        {
            _core.Reset();
            return new ValueTask<int>(this, _core.Version);
        }

        public void Cancel() => _core.Reset();

        public void Set(int result) => _core.SetResult(result);

        public void Fail(SocketError error) => _core.SetException(new SocketException((int)error));

        int IValueTaskSource<int>.GetResult(short token) => _core.GetResult(token);

        ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _core.GetStatus(token);

        void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }
}
