using System.Diagnostics.CodeAnalysis;
using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

/// <summary>Where an operation runs: on the thread that asks while its mount answers quickly, on a worker otherwise.</summary>
internal sealed class LocalDispatcher(FileWorkers workers, MountMeters meters)
{
    private readonly BlockingMeter _metadata = meters.Metadata;

    // A device whose files refuse RWF_NOWAIT, so that each new one need not be asked; 0 if none is known. The latest one is remembered.
    private ulong _deviceWithoutReadNow;

    /// <summary>What is known of writes to files.</summary>
    public BlockingMeter Writes => meters.Writes;

    /// <summary>Whether operations on names and attributes run on the calling thread now.</summary>
    public bool IsQuick => _metadata.IsQuick;

    /// <summary>Whether files of a device are known to refuse reads from the page cache alone.</summary>
    public bool CannotReadNow(ulong device) => device != 0 && device == Volatile.Read(ref _deviceWithoutReadNow);

    /// <summary>Remembers a device whose files refuse reads from the page cache alone.</summary>
    public void RememberCannotReadNow(ulong device)
    {
        // A file that was just created does not know its device.
        if (device != 0)
        {
            Volatile.Write(ref _deviceWithoutReadNow, device);
        }
    }

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

    /// <summary>Runs an operation on names or attributes here, or not at all where that might take long.</summary>
    public bool TryMetadata<TState, TResult>(TState state, Func<TState, TResult> run, [MaybeNullWhen(false)] out TResult result)
    {
        if (!_metadata.IsQuick)
        {
            result = default;
            return false;
        }

        result = Timed(state, run);
        return true;
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
