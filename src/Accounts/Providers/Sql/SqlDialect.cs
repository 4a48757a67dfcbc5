using System.Data;
using System.Data.Common;
using System.Reflection;

namespace Hpc.Accounts.Sql;

/// <summary>Where databases differ.</summary>
internal abstract class SqlDialect : IAsyncDisposable
{
    /// <summary>Name of the driver.</summary>
    public abstract string Driver { get; }

    /// <summary>Which database, for messages: hosts and name, no secret.</summary>
    public abstract string Target { get; }

    /// <summary>Most connections at once.</summary>
    public abstract int Connections { get; }

    /// <summary>Stands around the names of tables.</summary>
    public abstract char Quote { get; }

    /// <summary>Type of a parameter that holds a name.</summary>
    public abstract DbType NameType { get; }

    /// <summary>What a transaction begins with, each statement with its semicolon: limits for a client that stops in the middle.</summary>
    public abstract string TransactionSettings { get; }

    /// <summary>Expression for the name of the schema that tables are made in.</summary>
    public abstract string CurrentSchema { get; }

    /// <summary>Isolation at which a statement sees all that was committed before it, once it holds the lock on the meta row.</summary>
    public abstract IsolationLevel Isolation { get; }

    /// <summary>True if a migration is done as a whole or not at all.</summary>
    public abstract bool IsSchemaTransactional { get; }

    /// <summary>Where the migrations are embedded.</summary>
    public abstract Assembly MigrationAssembly { get; }

    /// <summary>Most parameters of one statement that holds many rows.</summary>
    public abstract int MaxParameters { get; }

    /// <summary>An open connection from the pool.</summary>
    public abstract ValueTask<DbConnection> OpenAsync(CancellationToken ct);

    /// <summary>Forgets pooled connections: the server has ended one, and probably all.</summary>
    public abstract void ClearPool();

    /// <summary>What an error means. One that is judged already is final, whatever caused it: a commit of unknown outcome is not made again.</summary>
    public SqlFailure Classify(Exception exception) => exception switch
    {
        SqlNotCommittedException => SqlFailure.Conflict,
        Data.DataProviderException or OperationCanceledException => SqlFailure.Other,
        _ => ClassifyError(exception),
    };

    /// <summary>What an error of the driver means.</summary>
    protected abstract SqlFailure ClassifyError(Exception exception);

    /// <summary>What the operator can do about an error, as another sentence; empty if nothing is known.</summary>
    public virtual string HintOf(Exception exception) => "";

    /// <summary>A name as a parameter's value.</summary>
    public abstract object ToName(string name);

    /// <summary>A name of a row.</summary>
    public abstract string ReadName(DbDataReader reader, int column);

    /// <summary><c>INSERT INTO</c> that leaves rows alone that are there; with <see cref="DoNothing"/> at its end.</summary>
    public abstract string InsertOrIgnore { get; }

    /// <summary>End of a statement that begins with <see cref="InsertOrIgnore"/>.</summary>
    public abstract string DoNothing { get; }

    /// <summary>End of an <c>INSERT</c> that sets columns of rows that are there.</summary>
    public abstract string OnConflictSet(string keyColumns);

    /// <summary>The value of a column that the <c>INSERT</c> would have made.</summary>
    public abstract string Proposed(string column);

    /// <summary>Statement, outside a transaction, that makes counting in an index quick again when many objects were changed; empty if there is none.</summary>
    public virtual string Tidy(SqlTables tables) => "";

    /// <summary>Takes the lock of migrations on this connection, or throws a <see cref="TimeoutException"/>. Disposing it releases it.</summary>
    public abstract ValueTask<ISchemaLock> LockSchemaAsync(SqlScope scope, SqlTables tables, TimeSpan timeout, CancellationToken ct);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
