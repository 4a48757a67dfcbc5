using System.Data.Common;
using Hpc.Accounts.Data;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Sql;

/// <summary>
/// Runs pieces of work on connections of their own: so many at a time, so many waiting, each done again for a bounded number of times when nothing of it was done.
/// Work runs on the thread pool, because a driver may block, and so does what follows it.
/// </summary>
internal sealed partial class SqlRunner(SqlDialect dialect, TimeSpan statementTimeout, ILogger logger) : IDisposable
{
    // Waiting pieces of work; beyond this the database does not keep up and callers are refused.
    private const int MaxWaiting = 4096;

    private readonly SemaphoreSlim _slots = new(dialect.Connections);
    private int _waiting;

    /// <summary>Runs work that only reads, without a transaction.</summary>
    public Task<T> ReadAsync<T>(Func<SqlScope, CancellationToken, ValueTask<T>> work, CancellationToken ct) =>
        QueueAsync(token => AttemptAsync(again => ReadOnceAsync(work, again), token), ct);

    /// <summary>
    /// Runs work in a transaction that is committed if the work says so. <paramref name="wasCommitted"/> finds out whether a commit without an answer was done;
    /// null from it, or no way to ask, ends in an exception that says so.
    /// </summary>
    public Task<T> WriteAsync<T>(
        Func<SqlScope, CancellationToken, ValueTask<(T Result, bool ShallCommit)>> work,
        Func<SqlScope, T, CancellationToken, ValueTask<bool?>>? wasCommitted,
        CancellationToken ct) =>
        QueueAsync(token => AttemptAsync(again => WriteOnceAsync(work, wasCommitted, again), token), ct);

    /// <summary>Runs a statement outside a transaction that nothing depends on.</summary>
    public async Task TryAsync(string statement, CancellationToken ct)
    {
        try
        {
            await ReadAsync((scope, token) => scope.ExecuteAsync(statement, token), ct).ConfigureAwait(false);
        }
        catch (DataProviderException exception)
        {
            LogNotDone(statement, exception);
        }
    }

    /// <summary>Says that something was not done that nothing depends on.</summary>
    public void LogNotDone(string statement, DataProviderException exception) => LogNotDone(logger, dialect.Target, statement, exception.Message);

    /// <summary>Runs work on a connection without a transaction, once.</summary>
    public Task<T> RunOnceAsync<T>(Func<DbConnection, CancellationToken, ValueTask<T>> work, CancellationToken ct) =>
        QueueAsync(
            async token =>
            {
                DbConnection connection = await dialect.OpenAsync(token).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    await SocketThread.Leave();
                    return await work(connection, token).ConfigureAwait(false);
                }
            },
            ct);

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private async Task<T> QueueAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken ct)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new DataProviderException($"The database {dialect.Target} does not keep up: {MaxWaiting} calls wait for it.");
        }

        try
        {
            await _slots.WaitAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        Task<T> running = Task.Run(() => work(ct), ct);
        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _slots.Release();
        await SocketThread.Leave();
        try
        {
            return await running.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not (DataProviderException or OperationCanceledException or ArgumentException or ObjectDisposedException))
        {
            throw new DataProviderException($"The database {dialect.Target} does not work: {SqlFaultText.Of(exception)}{dialect.HintOf(exception)}", exception)
            {
                IsUnreachable = dialect.Classify(exception) == SqlFailure.ConnectionLost,
            };
        }
    }

    private async Task<T> AttemptAsync<T>(Func<CancellationToken, Task<T>> once, CancellationToken ct)
    {
        var budget = new RetryBudget();
        while (true)
        {
            TimeSpan? pause;
            try
            {
                return await once(ct).ConfigureAwait(false);
            }
            catch (Exception exception) when (budget.TryTake(dialect.Classify(exception), out pause))
            {
                LogAgain(logger, dialect.Target, exception.Message);
                if (dialect.Classify(exception) == SqlFailure.ConnectionLost)
                {
                    dialect.ClearPool();
                }
            }

            await Task.Delay(pause.Value, ct).ConfigureAwait(false);
        }
    }

    private async Task<T> ReadOnceAsync<T>(Func<SqlScope, CancellationToken, ValueTask<T>> work, CancellationToken ct)
    {
        DbConnection connection = await dialect.OpenAsync(ct).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await SocketThread.Leave();
            return await work(new SqlScope(dialect, connection, transaction: null, statementTimeout), ct).ConfigureAwait(false);
        }
    }

    private async Task<T> WriteOnceAsync<T>(
        Func<SqlScope, CancellationToken, ValueTask<(T Result, bool ShallCommit)>> work,
        Func<SqlScope, T, CancellationToken, ValueTask<bool?>>? wasCommitted,
        CancellationToken ct)
    {
        (T result, Exception? unknown) = await TransactAsync(work, ct).ConfigureAwait(false);
        if (unknown is null)
        {
            return result;
        }

        LogCommitUnknown(logger, dialect.Target, unknown.Message);
        dialect.ClearPool();
        return wasCommitted is null
            ? throw CommitUnknown(unknown)
            : await FindOutAsync(result, wasCommitted, unknown, ct).ConfigureAwait(false);
    }

    // The exception, if there is one, is that of a commit without an answer; all others are thrown, and nothing was done.
    private async Task<(T Result, Exception? Unknown)> TransactAsync<T>(
        Func<SqlScope, CancellationToken, ValueTask<(T Result, bool ShallCommit)>> work, CancellationToken ct)
    {
        DbConnection connection = await dialect.OpenAsync(ct).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await SocketThread.Leave();
            DbTransaction transaction = await connection.BeginTransactionAsync(dialect.Isolation, ct).ConfigureAwait(false);
            try
            {
                await SocketThread.Leave();
                var scope = new SqlScope(dialect, connection, transaction, statementTimeout);
                if (dialect.TransactionSettings.Length > 0)
                {
                    await scope.ExecuteAsync(dialect.TransactionSettings, ct).ConfigureAwait(false);
                }

                (T result, bool shallCommit) = await work(scope, ct).ConfigureAwait(false);
                ct.ThrowIfCancellationRequested();
                Exception? unknown = shallCommit ? await CommitAsync(transaction).ConfigureAwait(false) : null;
                return (result, unknown);
            }
            finally
            {
                await EndAsync(transaction).ConfigureAwait(false);
            }
        }
    }

    // Not cancelled in the middle: that would make an unknown outcome of a known one.
    private async Task<Exception?> CommitAsync(DbTransaction transaction)
    {
        try
        {
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            await SocketThread.Leave();
            return null;
        }
        catch (Exception exception) when (dialect.Classify(exception) != SqlFailure.Conflict)
        {
            return exception;
        }
    }

    // Rolls back what is not committed. On a connection that is gone this fails, and hides nothing that matters: the server rolls back by itself.
    private async Task EndAsync(DbTransaction transaction)
    {
        try
        {
            await transaction.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is DbException or IOException or InvalidOperationException or System.Net.Sockets.SocketException)
        {
            LogEndFailed(logger, dialect.Target, exception.Message);
        }
    }

    private async Task<T> FindOutAsync<T>(
        T result, Func<SqlScope, T, CancellationToken, ValueTask<bool?>> wasCommitted, Exception unknown, CancellationToken ct)
    {
        var budget = RetryBudget.ForOutcome();
        while (true)
        {
            TimeSpan? pause;
            try
            {
                bool? answer = await ReadOnceAsync((scope, token) => wasCommitted(scope, result, token), ct).ConfigureAwait(false);
                return answer switch
                {
                    true => result,
                    false => throw new SqlNotCommittedException(unknown),
                    null => throw CommitUnknown(unknown),
                };
            }
            catch (Exception exception) when (exception is not (SqlNotCommittedException or DataProviderException) && budget.TryTake(dialect.Classify(exception), out pause))
            {
                LogAgain(logger, dialect.Target, exception.Message);
            }

            await Task.Delay(pause.Value, ct).ConfigureAwait(false);
        }
    }

    private DataProviderException CommitUnknown(Exception cause) =>
        new($"The connection to the database {dialect.Target} was lost during a commit; whether the change was made is not known: {SqlFaultText.Of(cause)}", cause);

    [LoggerMessage(EventId = 5301, Level = LogLevel.Debug, Message = "Work on the database {Target} is done once more: {Reason}")]
    private static partial void LogAgain(ILogger logger, string target, string reason);

    [LoggerMessage(EventId = 5302, Level = LogLevel.Warning, Message = "A commit on the database {Target} got no answer: {Reason}")]
    private static partial void LogCommitUnknown(ILogger logger, string target, string reason);

    [LoggerMessage(EventId = 5304, Level = LogLevel.Debug, Message = "The database {Target} did not do '{Statement}': {Reason}")]
    private static partial void LogNotDone(ILogger logger, string target, string statement, string reason);

    [LoggerMessage(EventId = 5303, Level = LogLevel.Debug, Message = "A transaction on the database {Target} could not be rolled back: {Reason}")]
    private static partial void LogEndFailed(ILogger logger, string target, string reason);
}
