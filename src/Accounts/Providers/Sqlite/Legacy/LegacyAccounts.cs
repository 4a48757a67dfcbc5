using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Hpc.Accounts.Objects;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite.Legacy;

/// <summary>Takes users and folders from the tables of schema 2 to the objects of schema 3, and back as far as the old tables can hold them.</summary>
internal static class LegacyAccounts
{
    private static readonly AccountsJson Json =
        new(new JsonSerializerOptions(AccountsJson.Default.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault });

    public static void CarryOver(SqliteConnection connection, long stamp, long now)
    {
        foreach (LegacyRow row in connection.Query<LegacyRow>($"SELECT id AS Id, {FolderRow.Columns} FROM folders ORDER BY id;", buffered: true))
        {
            VirtualFolder folder = new FolderRow { Name = row.Name, MappedPath = row.MappedPath, Version = row.Version, Document = row.Document }.ToFolder();
            Insert(connection, ObjectKind.Folder, row, stamp, JsonSerializer.SerializeToUtf8Bytes(LegacyFolder.ToObject(folder), Json.Folder));
        }

        foreach (LegacyRow row in connection.Query<LegacyRow>(
            "SELECT id AS Id, user_name AS Name, is_enabled AS IsEnabled, expires_at AS ExpiresAt, version AS Version, document AS Document FROM users ORDER BY id;", buffered: true))
        {
            UserAccount account = new UserRow
            {
                UserName = row.Name,
                IsEnabled = row.IsEnabled,
                ExpiresAt = row.ExpiresAt,
                Version = row.Version,
                Document = row.Document,
            }.ToAccount();
            Insert(connection, ObjectKind.User, row, stamp, JsonSerializer.SerializeToUtf8Bytes(LegacyNames.Check(LegacyUser.ToObject(account, now)), Json.User));
        }

        connection.Execute(
            """
            INSERT INTO object_references (from_kind, from_name, to_kind, to_name) SELECT @user, user_name, @folder, folder_name FROM user_folders;
            INSERT INTO object_ids (kind, last) SELECT kind, max(id) FROM objects GROUP BY kind;
            """,
            new { user = (int)ObjectKind.User, folder = (int)ObjectKind.Folder });
    }

    public static void CarryBack(SqliteConnection connection)
    {
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (ObjectRow row in Rows(connection, ObjectKind.Folder))
        {
            Folder folder = JsonSerializer.Deserialize(row.Document, Json.Folder) ?? new Folder();
            folder = folder with { Name = row.Name };
            if (folder.Filesystem.Provider != 0)
            {
                // Only folders of the local disk were known.
                continue;
            }

            folders.Add(row.Name);
            FolderRow old = FolderRow.From(LegacyFolder.ToFolder(folder, row.Version));
            connection.Execute(
                "INSERT INTO folders (id, name, mapped_path, version, document) VALUES (@id, @Name, @MappedPath, @Version, @Document);",
                new { id = row.Id, old.Name, old.MappedPath, old.Version, old.Document });
        }

        foreach (ObjectRow row in Rows(connection, ObjectKind.User))
        {
            User user = JsonSerializer.Deserialize(row.Document, Json.User) ?? new User();
            UserAccount account = LegacyUser.ToAccount(user with { Username = row.Name }, row.Version, folders.Contains);
            UserRow old = UserRow.From(account with { IsEnabled = account.IsEnabled && LegacyUser.CanHold(user with { Username = row.Name }, folders.Contains) });
            connection.Execute(
                "INSERT INTO users (id, user_name, is_enabled, expires_at, version, document) VALUES (@id, @UserName, @IsEnabled, @ExpiresAt, @Version, @Document);",
                new { id = row.Id, old.UserName, old.IsEnabled, old.ExpiresAt, old.Version, old.Document });
            connection.Execute(
                "INSERT INTO user_folders (user_name, folder_name) VALUES (@UserName, @FolderName);",
                account.Folders.Select(mount => new { old.UserName, mount.FolderName }));
        }
    }

    public static IEnumerable<ObjectRow> Rows(SqliteConnection connection, ObjectKind kind) =>
        connection.Query<ObjectRow>($"SELECT {ObjectRow.Columns} FROM objects AS o WHERE o.kind = @kind ORDER BY o.id;", new { kind = (int)kind });

    private static void Insert(SqliteConnection connection, ObjectKind kind, LegacyRow row, long stamp, byte[] document) =>
        connection.Execute(
            "INSERT INTO objects (kind, name, id, version, stamp, role, document) VALUES (@kind, @Name, @Id, @Version, @stamp, '', CAST(@document AS TEXT));",
            new { kind = (int)kind, row.Name, row.Id, row.Version, stamp, document });
}
