using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

/// <summary>How a version of the schema is made from the one before, and how it is taken back. Both run within the transaction of the migration.</summary>
internal sealed record SqliteSchemaStep(int Version, Action<SqliteConnection> Up, Action<SqliteConnection> Down);
