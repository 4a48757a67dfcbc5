using System.Diagnostics.CodeAnalysis;
using Dapper;
using Hpc.Accounts.Stores;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

/// <summary>Users and virtual folders in an SQLite file (write-ahead log, every change synchronised to disk). Several processes may have it open.</summary>
public sealed partial class SqliteUserStore : IUserStore, IFolderStore, IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly SqliteChangeStamp _stamp;
    private readonly RecentAccounts _recent = new(TimeProvider.System);

    private SqliteUserStore(SqliteDatabase database)
    {
        _database = database;
        _stamp = new SqliteChangeStamp(database);
    }

    /// <summary>Version of the SQLite library in use.</summary>
    public static string LibraryVersion => SqliteNative.Initialize();

    /// <summary>Sees commits.</summary>
    internal SqliteChangeStamp Stamp => _stamp;

    /// <summary>Called by a look-up between the stamp and the row.</summary>
    internal Action? StampTaken { get; set; }

    /// <summary>Opens a database, creating the file (mode 0600) and bringing its schema up to date. Its directory exists already.</summary>
    /// <exception cref="SqliteStoreException">The file is no usable database, or a newer program wrote it.</exception>
    public static async Task<SqliteUserStore> OpenAsync(string path, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var database = new SqliteDatabase(path);
        try
        {
            database.EnsureFile();
            await database.RunAsync(connection => SqliteMigrations.Apply(connection, database.Path), ct).ConfigureAwait(false);
            return new SqliteUserStore(database);
        }
        catch (Exception exception)
        {
            database.Dispose();
            if (exception is SqliteException or IOException or UnauthorizedAccessException)
            {
                throw new SqliteStoreException($"The database '{database.Path}' cannot be opened: {exception.Message}", exception);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<UserAccount?> FindAsync(string userName, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(userName);

        // The stamp before the account, and before the connection is chosen: a commit between the two, or another file, makes the stamp old and never the account.
        return await _database.RunAsync(TryReadStamp, (connection, stamp) => Find(connection, userName, stamp), ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public bool TryFindNow(string userName, [NotNullWhen(true)] out UserAccount? user)
    {
        ArgumentNullException.ThrowIfNull(userName);
        user = null;
        return _stamp.TryReadNow(out long stamp) && _recent.TryFind(userName, stamp, out user);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UserAccount>> ListAsync(string? after, int limit, CancellationToken ct) =>
        (await ListRowsAsync(after, limit, ct).ConfigureAwait(false)).ConvertAll(row => row.ToAccount());

    /// <summary>The same with users whose row cannot be read, so that one does not hide the others.</summary>
    public async ValueTask<IReadOnlyList<StoredUser>> ListStoredAsync(string? after, int limit, CancellationToken ct) =>
        (await ListRowsAsync(after, limit, ct).ConfigureAwait(false)).ConvertAll(row => row.ToStored());

    /// <inheritdoc/>
    public async ValueTask<UserStoreResult> AddAsync(UserAccount user, CancellationToken ct)
    {
        IReadOnlyList<UserAccountError> errors = UserAccountValidator.Validate(user);
        if (errors.Count > 0)
        {
            return UserStoreResult.Invalid(errors);
        }

        return await _database.RunAsync(connection => UserTable.Add(connection, user with { Version = 1 }), ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<UserStoreResult> UpdateAsync(UserAccount user, CancellationToken ct)
    {
        IReadOnlyList<UserAccountError> errors = UserAccountValidator.Validate(user);
        if (errors.Count > 0)
        {
            return UserStoreResult.Invalid(errors);
        }

        return await _database.RunAsync(connection => UserTable.Update(connection, user with { Version = user.Version + 1 }), ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<UserStoreOutcome> DeleteAsync(string userName, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(userName);
        int changed = await _database.RunAsync(
            connection => connection.Execute("DELETE FROM users WHERE user_name = @userName;", new { userName }), ct).ConfigureAwait(false);
        return changed == 1 ? UserStoreOutcome.Done : UserStoreOutcome.NotFound;
    }

    /// <inheritdoc/>
    public async ValueTask<long> GetChangeStampAsync(CancellationToken ct) => await _stamp.ReadAsync(ct).ConfigureAwait(false);

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _stamp.Dispose();
        _database.Dispose();
    }

    private async Task<List<UserRow>> ListRowsAsync(string? after, int limit, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, IUserStore.MaxPage);
        const string Sql = $"SELECT {UserRow.Columns} FROM users WHERE users.user_name > @after ORDER BY users.user_name LIMIT @limit;";
        return await _database.RunAsync(
            connection => connection.Query<UserRow>(Sql, new { after = after ?? "", limit }).AsList(), ct).ConfigureAwait(false);
    }

    // What nobody can tell the age of is not remembered; it is looked up all the same, and the database itself says if it does not work.
    private long? TryReadStamp()
    {
        try
        {
            return _stamp.Read();
        }
        catch (Exception exception) when (exception is SqliteException or ObjectDisposedException)
        {
            return null;
        }
        finally
        {
            StampTaken?.Invoke();
        }
    }

    private UserAccount? Find(SqliteConnection connection, string userName, long? stamp)
    {
        UserAccount? user = UserTable.Find(connection, userName)?.ToAccount();
        if (user is null || stamp is null)
        {
            _recent.Remove(userName);
        }
        else
        {
            _recent.Add(user, stamp.Value);
        }

        return user;
    }
}
