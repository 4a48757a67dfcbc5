namespace Hpc.Actors.Kernel;

/// <summary>The place that an answer is put into, once: by the actor, the time-out, the asker's cancellation or a failure, whichever is first.</summary>
public abstract class Reply
{
    /// <summary>True once it was answered, timed out, cancelled or failed; an answer would reach nobody.</summary>
    public abstract bool IsCompleted { get; }

    /// <summary>Fails the ask. False if it was completed before.</summary>
    public abstract bool TryFail(Exception error);

    internal abstract bool TryCancel(CancellationToken ct);
}

/// <summary>The place that an answer of type <typeparamref name="T"/> is put into.</summary>
public sealed class Reply<T> : Reply
{
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public override bool IsCompleted => _source.Task.IsCompleted;

    internal Task<T> Task => _source.Task;

    /// <summary>Answers. False if nobody waits any more: whatever the answer holds must then be given back by the caller.</summary>
    public bool TrySet(T value) => _source.TrySetResult(value);

    /// <inheritdoc/>
    public override bool TryFail(Exception error) => _source.TrySetException(error);

    internal override bool TryCancel(CancellationToken ct) => _source.TrySetCanceled(ct);
}
