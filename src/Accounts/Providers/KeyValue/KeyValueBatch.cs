namespace Hpc.Accounts.KeyValue;

/// <summary>Changes that become one frame.</summary>
internal sealed class KeyValueBatch
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RecordWriter Writer { get; } = new();

    /// <summary>Ends when the frame is on disk.</summary>
    public Task Done => _done.Task;

    public void Complete() => _done.TrySetResult();

    public void Fail(Exception exception) => _done.TrySetException(exception);
}
