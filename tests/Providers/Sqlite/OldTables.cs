using Dapper;
using Hpc.Accounts;
using Hpc.Accounts.Sqlite;
using Microsoft.Data.Sqlite;

namespace Hpc.Providers.Tests.Sqlite;

/// <summary>The tables of schema 2.</summary>
internal static class OldTables
{
    public static void Add(string database, VirtualFolder folder)
    {
        using SqliteConnection connection = Open(database);
        connection.Execute("INSERT INTO folders (name, mapped_path, version, document) VALUES (@Name, @MappedPath, @Version, @Document);", FolderRow.From(folder));
    }

    /// <summary>Its folders are there.</summary>
    public static void Add(string database, UserAccount user)
    {
        using SqliteConnection connection = Open(database);
        connection.Execute(
            "INSERT INTO users (user_name, is_enabled, expires_at, version, document) VALUES (@UserName, @IsEnabled, @ExpiresAt, @Version, @Document);", UserRow.From(user));
        connection.Execute(
            "INSERT INTO user_folders (user_name, folder_name) VALUES (@UserName, @FolderName);", user.Folders.Select(mount => new { user.UserName, mount.FolderName }));
    }

    /// <summary>All users, or those of these names, in order.</summary>
    public static IReadOnlyList<UserAccount> Users(string database, params string[] names)
    {
        using SqliteConnection connection = Open(database);
        return [.. connection.Query<UserRow>($"SELECT {UserRow.Columns} FROM users ORDER BY user_name;").Where(row => names.Length == 0 || names.Contains(row.UserName)).Select(row => row.ToAccount())];
    }

    public static IReadOnlyList<VirtualFolder> Folders(string database)
    {
        using SqliteConnection connection = Open(database);
        return [.. connection.Query<FolderRow>($"SELECT {FolderRow.Columns} FROM folders ORDER BY name;").Select(row => row.ToFolder())];
    }

    private static SqliteConnection Open(string database)
    {
        var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        return connection;
    }
}
