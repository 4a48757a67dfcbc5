namespace Hpc.Storage.Vfs.Uploads;

/// <summary>
/// Lets many writes of one file be under way at a time, and one change of its size while none is.
/// Going in and out is an interlocked step; only who finds it closed, or closes it, ever waits, without a thread and not for ever.
/// </summary>
internal sealed class WriteGate
{
    // The low half counts the writes under way.
    private const long Closed = 1L << 32;

    // A write that a backend has not ended after this long holds no change of size up any further; it is answered as busy.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private long _state;
    private TaskCompletionSource? _opened;
    private TaskCompletionSource? _emptied;

    /// <summary>Goes in for one write; false while the size is being changed.</summary>
    public bool TryEnter()
    {
        long state = Volatile.Read(ref _state);
        while ((state & Closed) == 0)
        {
            long seen = Interlocked.CompareExchange(ref _state, state + 1, state);
            if (seen == state)
            {
                return true;
            }

            state = seen;
        }

        return false;
    }

    /// <summary>Goes in for one write; false if that takes too long.</summary>
    public async ValueTask<bool> EnterAsync(CancellationToken ct)
    {
        while (!TryEnter())
        {
            if (!await WaitUntilOpenAsync(ct).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The write is over.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _state) == Closed)
        {
            Interlocked.Exchange(ref _emptied, null)?.TrySetResult();
        }
    }

    /// <summary>Closes the gate if it is open and nobody is in.</summary>
    public bool TryClose() => Interlocked.CompareExchange(ref _state, Closed, 0) == 0;

    /// <summary>Closes the gate and waits until nobody is in; false, and nothing is closed, if that takes too long.</summary>
    public async ValueTask<bool> CloseAsync(CancellationToken ct)
    {
        long state = Volatile.Read(ref _state);
        while (true)
        {
            if ((state & Closed) != 0)
            {
                if (!await WaitUntilOpenAsync(ct).ConfigureAwait(false))
                {
                    return false;
                }

                state = Volatile.Read(ref _state);
                continue;
            }

            long seen = Interlocked.CompareExchange(ref _state, state | Closed, state);
            if (seen == state)
            {
                break;
            }

            state = seen;
        }

        if (state == 0)
        {
            return true;
        }

        var emptied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _emptied, emptied);
        if (Volatile.Read(ref _state) == Closed || await EndsInTimeAsync(emptied.Task, ct).ConfigureAwait(false))
        {
            return true;
        }

        Open();
        return false;
    }

    /// <summary>Opens the gate again; only who closed it does.</summary>
    public void Open()
    {
        Interlocked.And(ref _state, ~Closed);
        Interlocked.Exchange(ref _opened, null)?.TrySetResult();
    }

    private async ValueTask<bool> WaitUntilOpenAsync(CancellationToken ct)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource opened = Interlocked.CompareExchange(ref _opened, mine, null) ?? mine;

        // Who opened it before this was there to be told has left the state to be seen.
        if ((Interlocked.Read(ref _state) & Closed) == 0)
        {
            return true;
        }

        return await EndsInTimeAsync(opened.Task, ct).ConfigureAwait(false);
    }

    private static async ValueTask<bool> EndsInTimeAsync(Task task, CancellationToken ct)
    {
        try
        {
            await task.WaitAsync(LongestWait, ct).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
