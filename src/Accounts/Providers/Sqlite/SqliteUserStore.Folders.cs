using Dapper;
using Hpc.Accounts.Stores;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

/// <content>Virtual folders.</content>
public sealed partial class SqliteUserStore
{
    /// <inheritdoc/>
    public async ValueTask<VirtualFolder?> FindFolderAsync(string name, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(name);
        const string Sql = $"SELECT {FolderRow.Columns} FROM folders WHERE name = @name;";
        FolderRow? row = await _database.RunAsync(connection => connection.QuerySingleOrDefault<FolderRow>(Sql, new { name }), ct).ConfigureAwait(false);
        return row?.ToFolder();
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<VirtualFolder>> ListFoldersAsync(string? after, int limit, CancellationToken ct)
    {
        CheckPage(limit);
        const string Sql = $"SELECT {FolderRow.Columns} FROM folders WHERE name > @after ORDER BY name LIMIT @limit;";
        List<FolderRow> rows = await _database.RunAsync(
            connection => connection.Query<FolderRow>(Sql, new { after = after ?? "", limit }).AsList(), ct).ConfigureAwait(false);
        return rows.ConvertAll(row => row.ToFolder());
    }

    /// <inheritdoc/>
    public async ValueTask<FolderStoreResult> AddFolderAsync(VirtualFolder folder, CancellationToken ct)
    {
        IReadOnlyList<UserAccountError> errors = VirtualFolderValidator.Validate(folder);
        if (errors.Count > 0)
        {
            return FolderStoreResult.Invalid(errors);
        }

        VirtualFolder stored = folder with { Version = 1 };
        const string Sql =
            """
            INSERT INTO folders (name, mapped_path, version, document) VALUES (@Name, @MappedPath, @Version, @Document)
            ON CONFLICT (name) DO NOTHING;
            """;
        int changed = await _database.RunAsync(connection => connection.Execute(Sql, FolderRow.From(stored)), ct).ConfigureAwait(false);
        return changed == 1 ? FolderStoreResult.Stored(stored) : FolderStoreResult.Failed(UserStoreOutcome.AlreadyExists);
    }

    /// <inheritdoc/>
    public async ValueTask<FolderStoreResult> UpdateFolderAsync(VirtualFolder folder, CancellationToken ct)
    {
        IReadOnlyList<UserAccountError> errors = VirtualFolderValidator.Validate(folder);
        if (errors.Count > 0)
        {
            return FolderStoreResult.Invalid(errors);
        }

        VirtualFolder stored = folder with { Version = folder.Version + 1 };
        UserStoreOutcome outcome = await _database.RunAsync(connection => UpdateFolder(connection, FolderRow.From(stored)), ct).ConfigureAwait(false);
        return outcome == UserStoreOutcome.Done ? FolderStoreResult.Stored(stored) : FolderStoreResult.Failed(outcome);
    }

    /// <inheritdoc/>
    public async ValueTask<UserStoreOutcome> DeleteFolderAsync(string name, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(name);
        return await _database.RunAsync(connection => DeleteFolder(connection, name), ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> ListFolderUsersAsync(string name, int limit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(name);
        CheckPage(limit);

        // Joined with the users: a row that was removed by hand leaves its mounts behind where foreign keys are off.
        const string Sql =
            """
            SELECT user_folders.user_name FROM user_folders JOIN users ON users.user_name = user_folders.user_name
            WHERE user_folders.folder_name = @name ORDER BY user_folders.user_name LIMIT @limit;
            """;
        return await _database.RunAsync(connection => connection.Query<string>(Sql, new { name, limit }).AsList(), ct).ConfigureAwait(false);
    }

    private static void CheckPage(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, IUserStore.MaxPage);
    }

    private static UserStoreOutcome UpdateFolder(SqliteConnection connection, FolderRow row)
    {
        const string Sql =
            """
            UPDATE folders SET mapped_path = @MappedPath, version = @Version, document = @Document
            WHERE name = @Name AND version = @Version - 1;
            """;
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        if (connection.Execute(Sql, row, transaction) == 1)
        {
            transaction.Commit();
            return UserStoreOutcome.Done;
        }

        bool exists = connection.ExecuteScalar<long>("SELECT count(*) FROM folders WHERE name = @Name;", new { row.Name }, transaction) > 0;
        return exists ? UserStoreOutcome.VersionConflict : UserStoreOutcome.NotFound;
    }

    private static UserStoreOutcome DeleteFolder(SqliteConnection connection, string name)
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        UserTable.Unmount(connection, name, transaction);
        if (connection.Execute("DELETE FROM folders WHERE name = @name;", new { name }, transaction) == 0)
        {
            return UserStoreOutcome.NotFound;
        }

        transaction.Commit();
        return UserStoreOutcome.Done;
    }
}
