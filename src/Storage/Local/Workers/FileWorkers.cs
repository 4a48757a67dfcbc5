namespace Hpc.Storage.Local;

/// <summary>
/// Threads for file operations that may block. The queue is bounded; what finds it full is refused with <see cref="StorageError.LimitReached"/>.
/// Callers resume on the thread pool, never on these threads.
/// </summary>
public sealed class FileWorkers : IDisposable
{
    /// <summary>Waiting operations that the process-wide workers hold at most.</summary>
    public const int DefaultQueueLength = 4096;

    private const int MinThreads = 4;
    private static readonly Lazy<FileWorkers> SharedWorkers = new(() => new FileWorkers(DefaultThreads, DefaultQueueLength));

    // All under the lock on _queue.
    private readonly Queue<FileWork> _queue = new();
    private readonly int _queueLength;
    private bool _stopped;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">How many, at least 1.</param>
    /// <param name="queueLength">How many operations may wait, at least 1.</param>
    public FileWorkers(int threads, int queueLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(queueLength, 1);
        _queueLength = queueLength;
        for (int i = 0; i < threads; i++)
        {
            new Thread(Work) { IsBackground = true, Name = $"file worker {i}" }.Start();
        }
    }

    /// <summary>The workers of the process, started at first use.</summary>
    public static FileWorkers Shared => SharedWorkers.Value;

    /// <summary>Threads of <see cref="Shared"/>: disks wait more than they compute, so more than there are cores.</summary>
    public static int DefaultThreads => Math.Max(MinThreads, 2 * Environment.ProcessorCount);

    /// <summary>Operations that wait for a thread now.</summary>
    public int Waiting
    {
        get
        {
            lock (_queue)
            {
                return _queue.Count;
            }
        }
    }

    /// <summary>Takes no further operations; those that wait are still done.</summary>
    public void Dispose()
    {
        lock (_queue)
        {
            _stopped = true;
            Monitor.PulseAll(_queue);
        }
    }

    /// <summary>
    /// Runs <paramref name="run"/> on a worker. Once queued, the result comes after the operation has run or was found cancelled before it began,
    /// so memory that it uses may be let go of then.
    /// </summary>
    internal ValueTask<TResult> RunAsync<TState, TResult>(
        TState state, Func<TState, TResult> run, Func<StorageError, TResult> refuse, CancellationToken ct)
    {
        FileWork<TState, TResult> work = FileWork<TState, TResult>.Rent(state, run, refuse, ct);
        ValueTask<TResult> result = work.Task;
        if (!TryEnqueue(work, out StorageError error))
        {
            work.Abandon();
            return ValueTask.FromResult(refuse(error));
        }

        return result;
    }

    private bool TryEnqueue(FileWork work, out StorageError error)
    {
        lock (_queue)
        {
            error = _stopped ? StorageError.Cancelled : StorageError.LimitReached;
            if (_stopped || _queue.Count >= _queueLength)
            {
                return false;
            }

            _queue.Enqueue(work);
            Monitor.Pulse(_queue);
        }

        error = StorageError.None;
        return true;
    }

    private void Work()
    {
        while (TryDequeue(out FileWork? work))
        {
            work!.Execute();
        }
    }

    private bool TryDequeue(out FileWork? work)
    {
        lock (_queue)
        {
            while (!_queue.TryDequeue(out work))
            {
                if (_stopped)
                {
                    return false;
                }

                Monitor.Wait(_queue);
            }

            return true;
        }
    }
}
