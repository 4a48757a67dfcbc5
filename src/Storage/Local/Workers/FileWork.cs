using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;

namespace Hpc.Storage.Local;

/// <summary>An operation that waits for a file worker.</summary>
internal abstract class FileWork
{
    /// <summary>Runs it; what it throws goes to who awaits it.</summary>
    public abstract void Execute();
}

/// <summary>An operation with its state and its awaitable, used again and again.</summary>
internal sealed class FileWork<TState, TResult> : FileWork, IValueTaskSource<TResult>
{
    private const int MaxPooled = 64;
    private static readonly ConcurrentQueue<FileWork<TState, TResult>> Pool = new();

    private ManualResetValueTaskSourceCore<TResult> _core = new() { RunContinuationsAsynchronously = true };
    private TState _state = default!;
    private Func<TState, TResult> _run = default!;
    private Func<StorageError, TResult> _refuse = default!;
    private CancellationToken _ct;

    private FileWork()
    {
    }

    public ValueTask<TResult> Task => new(this, _core.Version);

    public static FileWork<TState, TResult> Rent(
        TState state, Func<TState, TResult> run, Func<StorageError, TResult> refuse, CancellationToken ct)
    {
        if (!Pool.TryDequeue(out FileWork<TState, TResult>? work))
        {
            work = new FileWork<TState, TResult>();
        }

        work._state = state;
        work._run = run;
        work._refuse = refuse;
        work._ct = ct;
        return work;
    }

    public override void Execute()
    {
        TResult result;
        try
        {
            result = _ct.IsCancellationRequested ? _refuse(StorageError.Cancelled) : _run(_state);
        }
#pragma warning disable CA1031 // The exception is not swallowed: it is thrown where the operation is awaited.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _core.SetException(exception);
            return;
        }

        _core.SetResult(result);
    }

    /// <summary>Returns work that was never queued.</summary>
    public void Abandon() => Return();

    public TResult GetResult(short token)
    {
        // A second await of the same operation throws here, before it could return the object twice.
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
        {
            throw new InvalidOperationException("The operation has not completed.");
        }

        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            Return();
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Return()
    {
        _state = default!;
        _run = default!;
        _refuse = default!;
        _ct = default;
        _core.Reset();
        if (Pool.Count < MaxPooled)
        {
            Pool.Enqueue(this);
        }
    }
}
