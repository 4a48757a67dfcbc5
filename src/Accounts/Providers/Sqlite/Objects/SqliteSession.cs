using Hpc.Accounts.Data;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

/// <summary>What the stores of a provider share: reads side by side, writes gathered, faults told in the provider's words.</summary>
internal sealed class SqliteSession(SqliteDatabase database, TimeProvider time)
{
    private readonly SqliteWriter _writer = new(database);
    private SqliteObjectStamp? _stamp;

    public uint KnownFile => database.KnownFile;

    public long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public void Open() => Interlocked.Exchange(ref _stamp, new SqliteObjectStamp(database, time))?.Dispose();

    /// <summary>Takes nothing more, and ends when what was taken is written.</summary>
    public Task CloseAsync()
    {
        Interlocked.Exchange(ref _stamp, null)?.Dispose();
        return _writer.WhenWritten();
    }

    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken ct)
    {
        ThrowIfClosed();
        return TranslateAsync(database.RunAsync(read, ct));
    }

    public Task<T> WriteAsync<T>(Func<SqliteConnection, T> write, Predicate<T> isKept, CancellationToken ct)
    {
        ThrowIfClosed();
        ct.ThrowIfCancellationRequested();
        return TranslateAsync(_writer.RunAsync(write, isKept, ct));
    }

    public Task<long> ReadStampAsync(CancellationToken ct) => TranslateAsync(Task.Run(ThrowIfClosed().Read, ct));

    public bool TryReadStampNow(out long stamp)
    {
        stamp = 0;
        return Volatile.Read(ref _stamp)?.TryReadNow(out stamp) ?? false;
    }

    /// <summary>The same outcome with faults of SQLite as faults of the provider.</summary>
    public async Task<T> TranslateAsync<T>(Task<T> call)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SqliteException or SqliteStoreException or IOException or UnauthorizedAccessException)
        {
            throw new DataProviderException($"The database '{database.Path}' does not work: {exception.Message}", exception);
        }
    }

    private SqliteObjectStamp ThrowIfClosed() => Volatile.Read(ref _stamp) ?? throw new DataProviderException("The data provider is not open.");
}
