using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

/// <summary>One with a result.</summary>
internal sealed class SqliteWrite<T>(Func<SqliteConnection, T> work, Predicate<T> isKept, CancellationToken ct) : SqliteWrite
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private bool _isRun;

    public Task<T> Task => _done.Task;

    public override bool Run(SqliteConnection connection)
    {
        if (ct.IsCancellationRequested)
        {
            return false;
        }

        _result = work(connection);
        _isRun = true;
        return isKept(_result);
    }

    public override void Complete()
    {
        if (_isRun)
        {
            _done.TrySetResult(_result!);
        }
        else
        {
            _done.TrySetCanceled(ct);
        }
    }

    public override void Fail(Exception exception) => _done.TrySetException(exception);
}
