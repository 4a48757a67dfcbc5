namespace Hpc.LoadTests.Relay;

/// <summary>
/// One direction of the link for all connections. Pieces pass one after the other in the order in which they ask, each for as long as the rate needs, and
/// arrive a delay later: so no span of time carries more than the rate, and a connection that has much to send gets no more than one that has little.
/// </summary>
internal sealed class LinkDirection
{
    private const int LargestPiece = 64 * 1024;

    // What an Ethernet frame carries of a TCP connection.
    private const int SmallestPiece = 1448;
    private const int LeastHeld = 1 << 20;
    private const int HeldWithoutRate = 16 << 20;

    // A piece of a slow link takes no longer than this unless it is a frame.
    private static readonly TimeSpan PieceTime = TimeSpan.FromMilliseconds(2);

    // Timers are late by milliseconds; a link with less queued would run dry between them.
    private static readonly TimeSpan LeastQueue = TimeSpan.FromMilliseconds(10);

    private readonly double _ticksPerByte;
    private readonly TimeSpan _delay;
    private readonly long _maxHeld;
    private readonly Lock _lock = new();
    private double _freeTicks;
    private long _held;
    private long _passed;

    public LinkDirection(LinkClock clock, TimeSpan delay, double bytesPerSecond, long maxHeldBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(bytesPerSecond);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxHeldBytes);
        Clock = clock;
        _delay = delay;
        _maxHeld = maxHeldBytes;
        QueueTime = delay > LeastQueue ? delay : LeastQueue;
        if (bytesPerSecond == 0)
        {
            PieceLength = LargestPiece;
            MaxHeldPerConnection = HeldWithoutRate;
            return;
        }

        _ticksPerByte = TimeSpan.TicksPerSecond / bytesPerSecond;
        PieceLength = (int)Math.Clamp(bytesPerSecond * PieceTime.TotalSeconds, SmallestPiece, LargestPiece);

        // What is under way for a delay and what is queued before it: about twice rate times delay. Buffers are at least half full.
        double bytes = bytesPerSecond * (delay + QueueTime).TotalSeconds;
        MaxHeldPerConnection = (int)Math.Clamp((2 * bytes) + (2 * PieceLength), LeastHeld, int.MaxValue / 2);
    }

    public LinkClock Clock { get; }

    /// <summary>Bytes that one connection puts on the link at once.</summary>
    public int PieceLength { get; }

    /// <summary>How far ahead of its turn a connection's next piece is read.</summary>
    public TimeSpan QueueTime { get; }

    /// <summary>Memory for one connection's bytes; it is not read while they take more.</summary>
    public int MaxHeldPerConnection { get; }

    /// <summary>Memory for the bytes of all connections.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>Bytes that have entered the link.</summary>
    public long Passed => Volatile.Read(ref _passed);

    public bool HasRoom => Held + PieceLength <= _maxHeld;

    /// <summary>Gives <paramref name="bytes"/> the next free time on the link.</summary>
    public LinkSlot Reserve(int bytes)
    {
        lock (_lock)
        {
            // The clock is read under the lock: a later turn is never given an earlier time.
            double start = Math.Max(_freeTicks, Clock.Now.Ticks);
            _freeTicks = start + (bytes * _ticksPerByte);
            _passed += bytes;
            return new LinkSlot(TimeSpan.FromTicks((long)start), TimeSpan.FromTicks((long)Math.Ceiling(_freeTicks)) + _delay);
        }
    }

    /// <summary>When a connection's end passes that comes now.</summary>
    public TimeSpan ArrivalOfEnd() => Reserve(0).Arrival;

    public void Hold(int bytes) => Interlocked.Add(ref _held, bytes);

    public void Release(int bytes) => Interlocked.Add(ref _held, -bytes);
}
