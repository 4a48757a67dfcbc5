using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

/// <summary>Where an operation runs: on the thread that asks while its mount answers quickly, on a worker otherwise.</summary>
internal sealed class LocalDispatcher(FileWorkers workers, MountMeters meters)
{
    private readonly BlockingMeter _metadata = meters.Metadata;

    /// <summary>What is known of writes to files.</summary>
    public BlockingMeter Writes => meters.Writes;

    /// <summary>Runs an operation on names or attributes.</summary>
    public ValueTask<StorageResult<T>> MetadataAsync<TState, T>(TState state, Func<TState, StorageResult<T>> run, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return ValueTask.FromResult<StorageResult<T>>(StorageError.Cancelled);
        }

        return _metadata.IsQuick
            ? ValueTask.FromResult(Timed(state, run))
            : workers.RunAsync((this, state, run), static s => s.Item1.Timed(s.state, s.run), static error => (StorageResult<T>)error, ct);
    }

    /// <summary>Runs an operation on names or attributes.</summary>
    public ValueTask<StorageResult> MetadataAsync<TState>(TState state, Func<TState, StorageResult> run, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return ValueTask.FromResult<StorageResult>(StorageError.Cancelled);
        }

        return _metadata.IsQuick
            ? ValueTask.FromResult(Timed(state, run))
            : workers.RunAsync((this, state, run), static s => s.Item1.Timed(s.state, s.run), static error => (StorageResult)error, ct);
    }

    /// <summary>Runs what may block on a worker.</summary>
    public ValueTask<StorageResult<T>> OnWorkerAsync<TState, T>(TState state, Func<TState, StorageResult<T>> run, CancellationToken ct) =>
        workers.RunAsync(state, run, static error => (StorageResult<T>)error, ct);

    /// <summary>Runs what may block on a worker.</summary>
    public ValueTask<StorageResult> OnWorkerAsync<TState>(TState state, Func<TState, StorageResult> run, CancellationToken ct) =>
        workers.RunAsync(state, run, static error => (StorageResult)error, ct);

    /// <summary>Closes a descriptor. It is closed whatever happens: with the workers full, on the calling thread.</summary>
    public ValueTask<StorageResult> ReleaseAsync(SafeDescriptor descriptor)
    {
        if (descriptor.IsClosed)
        {
            return ValueTask.FromResult(StorageResult.Success);
        }

        Func<SafeDescriptor, StorageResult> close = static d => d.CloseWithErrno() is var errno && errno == 0
            ? StorageResult.Success
            : Errno.ToStorageError(errno);

        return _metadata.IsQuick
            ? ValueTask.FromResult(Timed(descriptor, close))
            : workers.RunAsync(descriptor, close, _ => Timed(descriptor, close), CancellationToken.None);
    }

    private TResult Timed<TState, TResult>(TState state, Func<TState, TResult> run)
    {
        BlockingMeter.Sample started = _metadata.Start();
        TResult result = run(state);
        _metadata.Stop(started);
        return result;
    }
}
