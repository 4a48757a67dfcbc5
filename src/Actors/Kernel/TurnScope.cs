namespace Hpc.Actors.Kernel;

/// <summary>
/// While it is open, actors that this thread's messages wake take their turns on this thread, one after the other, when it is closed; and so do those that they wake.
/// A hop to the thread pool wakes a thread, which costs more than a handful of short turns. Each actor still handles one message at a time,
/// and one that is busy on another thread stays there. For messages whose handlers are short and do not block.
/// An actor that opens one, where none is open on its thread, has the turns of others inside its own; what is told to it waits for its next turn.
/// </summary>
public ref struct TurnScope
{
    // Turns that one scope runs; what is left goes to the pool.
    private const int MaxTurns = 64;

    [ThreadStatic]
    private static Queue<ActorCell>? _waiting;

    [ThreadStatic]
    private static bool _isOpen;

    private readonly bool _isOuter;

    private TurnScope(bool isOuter) => _isOuter = isOuter;

    /// <summary>Opens a scope; one inside another changes nothing.</summary>
    public static TurnScope Open()
    {
        bool isOuter = !_isOpen;
        _isOpen = true;
        return new TurnScope(isOuter);
    }

    /// <summary>Runs the turns.</summary>
    public readonly void Dispose()
    {
        if (!_isOuter)
        {
            return;
        }

        try
        {
            for (int turns = 0; turns < MaxTurns && _waiting is { Count: > 0 } waiting; turns++)
            {
                ((IThreadPoolWorkItem)waiting.Dequeue()).Execute();
            }
        }
        finally
        {
            _isOpen = false;
            while (_waiting is { Count: > 0 } waiting)
            {
                ThreadPool.UnsafeQueueUserWorkItem(waiting.Dequeue(), preferLocal: false);
            }
        }
    }

    /// <summary>Takes an actor that has something to do; false if no scope is open on this thread.</summary>
    internal static bool TryAdd(ActorCell cell)
    {
        if (!_isOpen)
        {
            return false;
        }

        (_waiting ??= new Queue<ActorCell>()).Enqueue(cell);
        return true;
    }
}
