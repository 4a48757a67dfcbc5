using System.Data;
using Hpc.Accounts.Sql;
using Npgsql;

namespace Hpc.Accounts.Postgres;

/// <summary>
/// CockroachDB: PostgreSQL's dialect without advisory locks and without schema changes in transactions. Every transaction is serialisable, and is done again
/// when the server says so (40001). A row stands for the lock of migrations.
/// </summary>
internal class CockroachDialect(NpgsqlDataSource source, SqlProviderOptions options) : PostgresDialect(source, options)
{
    public override string Driver => "cockroachdb";

    public override IsolationLevel Isolation => IsolationLevel.Serializable;

    public override bool IsSchemaTransactional => false;

    public override string Tidy(SqlTables tables) => "";

    public override async ValueTask<ISchemaLock> LockSchemaAsync(SqlScope scope, SqlTables tables, TimeSpan timeout, CancellationToken ct) =>
        await RowSchemaLock.TakeAsync(scope, tables.SchemaLock, timeout, ct).ConfigureAwait(false);
}
