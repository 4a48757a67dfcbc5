using System.Collections.Concurrent;
using System.Diagnostics;

namespace Hpc.Transport.Data;

/// <summary>
/// A thread that waits for sockets with epoll, and on which what they wait for goes on. Each question is answered once (EPOLLONESHOT): a transfer that runs is not
/// looked at, whoever sends to it, so that nothing wakes this thread for bytes that are received anyway. There are two kinds: for bulk, and for lines and what is
/// as short, which does not wait behind bulk. docs/adr/0019 has the measurements.
/// </summary>
internal sealed class ReadinessLoop
{
    private const int MostAtOnce = 256;

    // Of a thread's time, in percent: one that works for longer leaves what comes to the next.
    private const int Full = 90;

    // What two of them work together, in percent of one's time, below which one is enough.
    private const int Spare = 75;

    // One in so many of a full thread's sockets may go to another in each window, so that they do not all go at once.
    private const int MoveShare = 16;

    // As many threads of each kind as could run at once. They live as long as the process: a socket that waits for nothing costs them nothing.
    private static readonly ReadinessLoop?[] Bulk = new ReadinessLoop?[Environment.ProcessorCount];
    private static readonly ReadinessLoop?[] Lines = new ReadinessLoop?[Environment.ProcessorCount];
    private static readonly Lock Making = new();

    // For so long a thread's work is counted together.
    private static readonly long Window = Stopwatch.Frequency / 100;

    // Who works on one thing for longer waits for something: a disk that does not answer.
    private static readonly long HeldUp = Stopwatch.Frequency / 2;
    private static uint _next;

    [ThreadStatic]
    private static bool _isShared;

    private readonly int _epoll;
    private readonly uint _number;

    // As many as there are open sockets that have waited: each is removed before it is closed.
    private readonly ConcurrentDictionary<long, SocketReadiness> _sockets = new();
    private long _lastKey;
    private int _count;

    // Time stamps: since when it works, or, negative, since when it waits.
    private long _since = -1;
    private int _load;
    private int _movesLeft;

    private ReadinessLoop(int epoll, uint number) => (_epoll, _number) = (epoll, number);

    /// <summary>True on the thread of a loop while it has more than one socket to serve.</summary>
    public static bool IsShared => _isShared;

    /// <summary>How much of its time the thread works, 0 to 100.</summary>
    private int Load
    {
        get
        {
            long since = Volatile.Read(ref _since);
            return Stopwatch.GetTimestamp() - Math.Abs(since) < Window ? Volatile.Read(ref _load) : since > 0 ? 100 : 0;
        }
    }

    /// <summary>True if what one socket was told has taken so long that the others are not to wait for its end.</summary>
    private bool IsHeldUp => Volatile.Read(ref _since) is > 0 and var since && Stopwatch.GetTimestamp() - since > HeldUp;

    /// <summary>The loop for the next connection that moves much: one with the fewest.</summary>
    /// <exception cref="IOException">It has to be made, and no descriptor is left.</exception>
    public static ReadinessLoop ForBulk()
    {
        uint first = Interlocked.Increment(ref _next);
        uint number = first % (uint)Bulk.Length;
        for (uint i = 1; i < Bulk.Length && CountOf(number) > 0; i++)
        {
            uint other = (first + i) % (uint)Bulk.Length;
            number = CountOf(other) < CountOf(number) ? other : number;
        }

        return Get(Bulk, number, "data");
    }

    /// <summary>The loop for the next connection of lines: the first that has time. Fewer threads that work wake less often, and leave processors to others.</summary>
    /// <exception cref="IOException">It has to be made, and no descriptor is left.</exception>
    public static ReadinessLoop ForLines()
    {
        uint least = 0;
        int leastLoad = int.MaxValue;
        for (uint number = 0; number < Lines.Length; number++)
        {
            int load = Volatile.Read(ref Lines[number])?.Load ?? 0;
            if (load < leastLoad)
            {
                (least, leastLoad) = (number, load);
            }

            if (load < Full)
            {
                break;
            }
        }

        return Get(Lines, least, "lines");
    }

    /// <summary>Lets those go on elsewhere that wait with a thread that is held up. Called about once a second, by whoever has a timer.</summary>
    public static void Relieve()
    {
        foreach (ReadinessLoop?[] loops in (ReadOnlySpan<ReadinessLoop?[]>)[Lines, Bulk])
        {
            foreach (ref ReadinessLoop? slot in loops.AsSpan())
            {
                if (Volatile.Read(ref slot) is { IsHeldUp: true } loop)
                {
                    // Without the copy that Values is: there may be very many.
                    foreach ((_, SocketReadiness socket) in loop._sockets)
                    {
                        socket.TellElsewhere();
                    }
                }
            }
        }
    }

    /// <summary>True if a socket of the thread is to wait elsewhere from now on: it is held up, has too much to do, or is one more than are needed.</summary>
    public bool TryLetGo(bool isBulk) =>
        IsHeldUp || (!isBulk && Volatile.Read(ref _movesLeft) > 0 && IsToLetGo && Interlocked.Decrement(ref _movesLeft) >= 0);

    /// <summary>Watches a socket for the first time; 0 if it cannot.</summary>
    /// <returns>Its key, which no other socket ever has.</returns>
    public long Add(SocketReadiness socket, int descriptor, uint events)
    {
        long key = Interlocked.Increment(ref _lastKey);
        _sockets[key] = socket;
        if (Epoll.TryControl(_epoll, Epoll.Add, descriptor, events | Epoll.Once, key))
        {
            Interlocked.Increment(ref _count);
            return key;
        }

        _sockets.TryRemove(key, out _);
        return 0;
    }

    /// <summary>Watches it again; false if it cannot.</summary>
    public bool TryArm(long key, int descriptor, uint events) => Epoll.TryControl(_epoll, Epoll.Change, descriptor, events | Epoll.Once, key);

    /// <summary>Forgets a socket that is still open.</summary>
    public void Remove(long key, int descriptor)
    {
        if (_sockets.TryRemove(key, out _))
        {
            Interlocked.Decrement(ref _count);
        }

        _ = Epoll.TryControl(_epoll, Epoll.Remove, descriptor, 0, key);
    }

    private bool IsToLetGo
    {
        get
        {
            int load = Load;
            if (load >= Full)
            {
                return true;
            }

            // The first that has time is where it would go.
            for (uint before = 0; before < _number; before++)
            {
                if (Volatile.Read(ref Lines[before]) is { } other && other.Load is var others && others < Full)
                {
                    return others + load < Spare;
                }
            }

            return false;
        }
    }

    private static int CountOf(uint number) => Volatile.Read(ref Bulk[number]) is { } loop ? (loop.IsHeldUp ? int.MaxValue : Volatile.Read(ref loop._count)) : 0;

    private static ReadinessLoop Get(ReadinessLoop?[] loops, uint number, string kind)
    {
        if (Volatile.Read(ref loops[number]) is { } running)
        {
            return running;
        }

        lock (Making)
        {
            return loops[number] ??= Start($"hpc {kind} {number}", number);
        }
    }

    private static ReadinessLoop Start(string name, uint number)
    {
        int epoll = Epoll.Create();
        try
        {
            var loop = new ReadinessLoop(epoll, number);
            new Thread(loop.Run) { IsBackground = true, Name = name }.UnsafeStart();
            return loop;
        }
        catch
        {
            Epoll.Close(epoll);
            throw;
        }
    }

    private void Run()
    {
        byte[] events = new byte[MostAtOnce * Epoll.EventLength];
        long now = Stopwatch.GetTimestamp();
        long windowStart = now;
        long worked = 0;
        while (true)
        {
            Volatile.Write(ref _since, -now);
            int count = Epoll.Wait(_epoll, events);
            long woke = Stopwatch.GetTimestamp();
            Volatile.Write(ref _since, woke);
            _isShared = count > 1;
            for (int i = 0; i < count; i++)
            {
                // One that is closed by now is not there any more.
                if (_sockets.TryGetValue(Epoll.DataOf(events, i), out SocketReadiness? socket))
                {
                    socket.Tell();
                }
            }

            now = Stopwatch.GetTimestamp();
            worked += now - woke;
            if (now - windowStart >= Window)
            {
                Volatile.Write(ref _load, (int)(worked * 100 / (now - windowStart)));
                Volatile.Write(ref _movesLeft, 1 + (Volatile.Read(ref _count) / MoveShare));
                (windowStart, worked) = (now, 0);
            }
        }
    }
}
