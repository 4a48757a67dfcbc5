using System.Diagnostics.CodeAnalysis;
using Dapper;
using Hpc.Accounts.Stores;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

/// <summary>Users in an SQLite file (write-ahead log, every change synchronised to disk). Several processes may have it open.</summary>
public sealed class SqliteUserStore : IUserStore, IDisposable
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
    public async ValueTask<IReadOnlyList<UserAccount>> ListAsync(string? after, int limit, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, IUserStore.MaxPage);
        const string Sql = $"SELECT {UserRow.Columns} FROM users WHERE user_name > @after ORDER BY user_name LIMIT @limit;";
        List<UserRow> rows = await _database.RunAsync(
            connection => connection.Query<UserRow>(Sql, new { after = after ?? "", limit }).AsList(), ct).ConfigureAwait(false);
        return rows.ConvertAll(row => row.ToAccount());
    }

    /// <inheritdoc/>
    public async ValueTask<UserStoreResult> AddAsync(UserAccount user, CancellationToken ct)
    {
        IReadOnlyList<UserAccountError> errors = UserAccountValidator.Validate(user);
        if (errors.Count > 0)
        {
            return UserStoreResult.Invalid(errors);
        }

        UserRow row = UserRow.From(user with { Version = 1 });
        const string Sql =
            """
            INSERT INTO users (user_name, is_enabled, expires_at, version, document)
            VALUES (@UserName, @IsEnabled, @ExpiresAt, @Version, @Document)
            ON CONFLICT (user_name) DO NOTHING;
            """;
        int changed = await _database.RunAsync(connection => connection.Execute(Sql, row), ct).ConfigureAwait(false);
        return changed == 1 ? UserStoreResult.Stored(row.ToAccount()) : UserStoreResult.Failed(UserStoreOutcome.AlreadyExists);
    }

    /// <inheritdoc/>
    public async ValueTask<UserStoreResult> UpdateAsync(UserAccount user, CancellationToken ct)
    {
        IReadOnlyList<UserAccountError> errors = UserAccountValidator.Validate(user);
        if (errors.Count > 0)
        {
            return UserStoreResult.Invalid(errors);
        }

        UserRow row = UserRow.From(user with { Version = user.Version + 1 });
        UserStoreOutcome outcome = await _database.RunAsync(connection => Update(connection, row), ct).ConfigureAwait(false);
        return outcome == UserStoreOutcome.Done ? UserStoreResult.Stored(row.ToAccount()) : UserStoreResult.Failed(outcome);
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
        UserAccount? user = FindRow(connection, userName)?.ToAccount();
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

    private static UserRow? FindRow(SqliteConnection connection, string userName) =>
        connection.QuerySingleOrDefault<UserRow>($"SELECT {UserRow.Columns} FROM users WHERE user_name = @userName;", new { userName });

    private static UserStoreOutcome Update(SqliteConnection connection, UserRow row)
    {
        const string Sql =
            """
            UPDATE users SET is_enabled = @IsEnabled, expires_at = @ExpiresAt, version = @Version, document = @Document
            WHERE user_name = @UserName AND version = @Version - 1;
            """;
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        if (connection.Execute(Sql, row, transaction) == 1)
        {
            transaction.Commit();
            return UserStoreOutcome.Done;
        }

        bool exists = connection.ExecuteScalar<long>("SELECT count(*) FROM users WHERE user_name = @UserName;", row, transaction) > 0;
        return exists ? UserStoreOutcome.VersionConflict : UserStoreOutcome.NotFound;
    }
}
