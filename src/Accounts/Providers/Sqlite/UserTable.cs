using Dapper;
using Hpc.Accounts.Stores;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

/// <summary>The statements that write <c>users</c> and <c>user_folders</c>, which belong together.</summary>
internal static class UserTable
{
    public static UserRow? Find(SqliteConnection connection, string userName, SqliteTransaction? transaction = null) =>
        connection.QuerySingleOrDefault<UserRow>($"SELECT {UserRow.Columns} FROM users WHERE users.user_name = @userName;", new { userName }, transaction);

    public static UserStoreResult Add(SqliteConnection connection, UserAccount user)
    {
        const string Sql =
            """
            INSERT INTO users (user_name, is_enabled, expires_at, version, document)
            VALUES (@UserName, @IsEnabled, @ExpiresAt, @Version, @Document)
            ON CONFLICT (user_name) DO NOTHING;
            """;
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        if (connection.Execute(Sql, UserRow.From(user), transaction) == 0)
        {
            return UserStoreResult.Failed(UserStoreOutcome.AlreadyExists);
        }

        return Finish(connection, user, transaction);
    }

    public static UserStoreResult Update(SqliteConnection connection, UserAccount user)
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        if (!TryReplace(connection, UserRow.From(user), transaction))
        {
            bool exists = connection.ExecuteScalar<long>("SELECT count(*) FROM users WHERE user_name = @UserName;", new { user.UserName }, transaction) > 0;
            return UserStoreResult.Failed(exists ? UserStoreOutcome.VersionConflict : UserStoreOutcome.NotFound);
        }

        return Finish(connection, user, transaction);
    }

    /// <summary>Takes a folder out of all users that mount it, each with a new version.</summary>
    public static void Unmount(SqliteConnection connection, string folderName, SqliteTransaction transaction)
    {
        const string Sql =
            $"""
            SELECT {UserRow.Columns} FROM users
            WHERE users.user_name > @after AND users.user_name IN (SELECT user_name FROM user_folders WHERE folder_name = @folderName)
            ORDER BY users.user_name LIMIT @limit;
            """;
        string after = "";
        while (connection.Query<UserRow>(Sql, new { after, folderName, limit = IUserStore.MaxPage }, transaction).AsList() is { Count: > 0 } page)
        {
            foreach (UserRow row in page)
            {
                UserAccount user = row.ToAccount();
                TryReplace(
                    connection,
                    UserRow.From(user with { Version = user.Version + 1, Folders = [.. user.Folders.Where(mount => mount.FolderName != folderName)] }),
                    transaction);
            }

            after = page[^1].UserName;
        }

        connection.Execute("DELETE FROM user_folders WHERE folder_name = @folderName;", new { folderName }, transaction);
    }

    private static bool TryReplace(SqliteConnection connection, UserRow row, SqliteTransaction transaction)
    {
        const string Sql =
            """
            UPDATE users SET is_enabled = @IsEnabled, expires_at = @ExpiresAt, version = @Version, document = @Document
            WHERE user_name = @UserName AND version = @Version - 1;
            """;
        return connection.Execute(Sql, row, transaction) == 1;
    }

    // The mounts of a user whose row is written; what is returned without a commit never was.
    private static UserStoreResult Finish(SqliteConnection connection, UserAccount user, SqliteTransaction transaction)
    {
        string[] names = [.. user.Folders.Select(mount => mount.FolderName)];
        if (names.Length > 0)
        {
            HashSet<string> known = [.. connection.Query<string>("SELECT name FROM folders WHERE name IN @names;", new { names }, transaction)];
            if (FolderErrors.Unknown(user, known.Contains) is { Count: > 0 } errors)
            {
                return UserStoreResult.Invalid(errors);
            }
        }

        connection.Execute("DELETE FROM user_folders WHERE user_name = @UserName;", new { user.UserName }, transaction);
        connection.Execute(
            "INSERT INTO user_folders (user_name, folder_name) VALUES (@UserName, @name);", names.Select(name => new { user.UserName, name }), transaction);
        UserAccount stored = Find(connection, user.UserName, transaction)!.ToAccount();
        transaction.Commit();
        return UserStoreResult.Stored(stored);
    }
}
