using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

/// <summary>A piece of work that waits for its transaction.</summary>
internal abstract class SqliteWrite
{
    /// <summary>Does the work; false if nothing of it is to be kept.</summary>
    public abstract bool Run(SqliteConnection connection);

    /// <summary>Tells the caller what became of it, now that it is on disk.</summary>
    public abstract void Complete();

    /// <summary>Nothing was kept.</summary>
    public abstract void Fail(Exception exception);
}
