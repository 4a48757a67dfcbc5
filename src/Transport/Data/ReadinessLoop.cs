using System.Collections.Concurrent;

namespace Hpc.Transport.Data;

/// <summary>
/// A thread that waits for data connections with epoll, and on which their transfers go on. Each question is answered once (EPOLLONESHOT): a transfer that runs is not
/// looked at, whoever sends to it, so that nothing wakes this thread for bytes that are received anyway. docs/adr/0019 has the measurement.
/// </summary>
internal sealed class ReadinessLoop
{
    private const int MostAtOnce = 256;

    // As many threads as could run at once. They live as long as the process: a connection that waits for nothing costs them nothing.
    private static readonly ReadinessLoop?[] All = new ReadinessLoop?[Environment.ProcessorCount];
    private static readonly Lock Making = new();
    private static uint _next;

    private readonly int _epoll;

    // As many as there are open data connections that have waited: each is removed before its socket is closed.
    private readonly ConcurrentDictionary<long, SocketReadiness> _sockets = new();
    private long _lastKey;
    private int _count;

    private ReadinessLoop(int epoll) => _epoll = epoll;

    /// <summary>The loop for the next connection: one with the fewest.</summary>
    /// <exception cref="IOException">It has to be made, and no descriptor is left.</exception>
    public static ReadinessLoop Next()
    {
        uint first = Interlocked.Increment(ref _next);
        uint number = first % (uint)All.Length;
        for (uint i = 1; i < All.Length && CountOf(number) > 0; i++)
        {
            uint other = (first + i) % (uint)All.Length;
            number = CountOf(other) < CountOf(number) ? other : number;
        }

        if (Volatile.Read(ref All[number]) is { } running)
        {
            return running;
        }

        lock (Making)
        {
            return All[number] ??= Start(number);
        }
    }

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

    private static int CountOf(uint number) => Volatile.Read(ref All[number]) is { } loop ? Volatile.Read(ref loop._count) : 0;

    private static ReadinessLoop Start(uint number)
    {
        int epoll = Epoll.Create();
        try
        {
            var loop = new ReadinessLoop(epoll);
            new Thread(loop.Run) { IsBackground = true, Name = $"hpc data {number}" }.UnsafeStart();
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
        while (true)
        {
            int count = Epoll.Wait(_epoll, events);
            for (int i = 0; i < count; i++)
            {
                // One that is closed by now is not there any more.
                if (_sockets.TryGetValue(Epoll.DataOf(events, i), out SocketReadiness? socket))
                {
                    socket.Tell();
                }
            }
        }
    }
}
