using System.Text.Json;
using Dapper;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Sqlite.Legacy;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

/// <summary>What the older schemas cannot hold of what is there.</summary>
internal static class SqliteLosses
{
    private const int FirstWithFolders = 2;
    private const int FirstWithObjects = 3;

    // Made anew by the next start; who goes back has the key still.
    private const string MasterKeyMark = "secrets:master-key";

    public static IReadOnlyList<SchemaLoss> List(SqliteConnection connection, int version, long now)
    {
        int current = SqliteSchema.Read(connection);
        var losses = new List<SchemaLoss>();
        if (current >= FirstWithObjects && version < FirstWithObjects)
        {
            AddObjects(connection, version, now, losses);
        }
        else if (current == FirstWithFolders && version < FirstWithFolders)
        {
            Add(losses, "folders", connection.ExecuteScalar<long>("SELECT count(*) FROM folders;"));
        }

        return losses;
    }

    private static void AddObjects(SqliteConnection connection, int version, long now, List<SchemaLoss> losses)
    {
        foreach (ObjectKind kind in Enum.GetValues<ObjectKind>().Where(static kind => kind is not (ObjectKind.User or ObjectKind.Folder)))
        {
            Add(losses, SchemaLoss.NameOf(kind), connection.ExecuteScalar<long>("SELECT count(*) FROM objects WHERE kind = @kind;", new { kind = (int)kind }));
        }

        var folders = new HashSet<string>(StringComparer.Ordinal);
        long lostFolders = 0;
        foreach (ObjectRow row in LegacyAccounts.Rows(connection, ObjectKind.Folder))
        {
            Folder folder = JsonSerializer.Deserialize(row.Document, AccountsJson.Default.Folder) ?? new Folder();
            bool isKept = version >= FirstWithFolders && folder.Filesystem.Provider == FilesystemProvider.Local;
            lostFolders += isKept ? 0 : 1;
            _ = isKept && folders.Add(row.Name);
        }

        Add(losses, version < FirstWithFolders ? "folders" : "folders that are not on the local disk", lostFolders);
        AddUsers(connection, folders.Contains, losses);
        Add(losses, "dates of last logins, uses and first transfers", connection.ExecuteScalar<long>("SELECT count(*) FROM object_activity;"));
        Add(
            losses, "tokens and marks of used codes",
            connection.ExecuteScalar<long>("SELECT count(*) FROM ephemeral WHERE expires_at > @now AND name <> @MasterKeyMark;", new { now, MasterKeyMark }));
    }

    private static void AddUsers(SqliteConnection connection, Predicate<string> hasFolder, List<SchemaLoss> losses)
    {
        (long disabled, long texts) = (0, 0);
        foreach (ObjectRow row in LegacyAccounts.Rows(connection, ObjectKind.User))
        {
            User user = (JsonSerializer.Deserialize(row.Document, AccountsJson.Default.User) ?? new User()) with { Username = row.Name };
            disabled += LegacyUser.CanHold(user, hasFolder) ? 0 : 1;
            texts += user.Email.Length + user.Description.Length + user.AdditionalInfo.Length + user.Role.Length > 0 ? 1 : 0;
        }

        Add(losses, "users with rules that are lost, so that they go back disabled", disabled);
        Add(losses, "users with an e-mail address, a description, further information or a role, which are lost", texts);
    }

    private static void Add(List<SchemaLoss> losses, string what, long count)
    {
        if (count > 0)
        {
            losses.Add(new SchemaLoss(what, count));
        }
    }
}
