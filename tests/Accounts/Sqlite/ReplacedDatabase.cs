using Hpc.Accounts.Sqlite;
using Hpc.Accounts.Stores;

namespace Hpc.Accounts.Tests.Sqlite;

/// <summary>What a restore of a backup does: another file takes the database's place by a rename.</summary>
internal static class ReplacedDatabase
{
    public static async Task ReplaceAsync(string path, params UserAccount[] users)
    {
        string backup = path + ".backup";
        using (SqliteUserStore store = await SqliteUserStore.OpenAsync(backup, default))
        {
            foreach (UserAccount user in users)
            {
                (await store.AddAsync(user, default)).Outcome.ShouldBe(UserStoreOutcome.Done);
            }
        }

        // Its last connection has moved the log into the file.
        File.Exists(backup + "-wal").ShouldBeFalse();
        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
        File.Move(backup, path, overwrite: true);
    }
}
