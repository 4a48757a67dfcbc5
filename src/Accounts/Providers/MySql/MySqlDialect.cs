using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Reflection;
using System.Text;
using Hpc.Accounts.Sql;
using MySql.Data.MySqlClient;

namespace Hpc.Accounts.MySql;

/// <summary>MySQL and MariaDB. The asynchronous methods of this driver block; they run on the bounded workers of <see cref="SqlRunner"/>.</summary>
internal class MySqlDialect : SqlDialect
{
    private readonly string _connectionString;
    private readonly int _lockSeconds;
    private readonly int _idleSeconds;

    public MySqlDialect(string connectionString, SqlProviderOptions options)
    {
        _connectionString = connectionString;
        var builder = new MySqlConnectionStringBuilder(connectionString);
        Target = string.Create(CultureInfo.InvariantCulture, $"'{builder.Database}' at {builder.Server}:{builder.Port}");
        Connections = MySqlConnectionText.ConnectionsOf(options);
        _idleSeconds = Math.Max(1, (int)options.StatementTimeout.TotalSeconds);

        // A lock that was waited for in vain is one more attempt, of which there are several.
        _lockSeconds = Math.Max(1, _idleSeconds / 3);
    }

    public override string Driver => "mysql";

    public override string Target { get; }

    public override int Connections { get; }

    public override char Quote => '`';

    public override DbType NameType => DbType.Binary;

    // Those of a session, set when a connection is taken, hold for its transactions.
    public override string TransactionSettings => "";

    public override string CurrentSchema => "DATABASE()";

    public override IsolationLevel Isolation => IsolationLevel.ReadCommitted;

    public override bool IsSchemaTransactional => false;

    public override Assembly MigrationAssembly => typeof(MySqlDialect).Assembly;

    public override int MaxParameters => 20_000;

    public override string InsertOrIgnore => "INSERT IGNORE INTO";

    public override string DoNothing => "";

    public override async ValueTask<DbConnection> OpenAsync(CancellationToken ct)
    {
        var connection = new MySqlConnection(_connectionString);
        try
        {
            await connection.OpenAsync(ct).ConfigureAwait(false);
            using MySqlCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Numbers and constants.
            command.CommandText = SessionSettings(connection);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override void ClearPool()
    {
        using var connection = new MySqlConnection(_connectionString);
        MySqlConnection.ClearPool(connection);
    }

    public override object ToName(string name) => Encoding.UTF8.GetBytes(name);

    public override string ReadName(DbDataReader reader, int column) => Encoding.UTF8.GetString((byte[])reader.GetValue(column));

    public override string OnConflictSet(string keyColumns) => " ON DUPLICATE KEY UPDATE";

    public override string Proposed(string column) => $"VALUES({column})";

    // The lock ends with the connection. In a Galera cluster it is one of a node only: there, one node's server is to make the schema.
    public override async ValueTask<ISchemaLock> LockSchemaAsync(SqlScope scope, SqlTables tables, TimeSpan timeout, CancellationToken ct)
    {
        const int Reserve = 10;
        string name = "hpc_schema_" + SchemaLockKey.Of(scope.Connection.Database + "." + tables.Prefix).ToString("x16", CultureInfo.InvariantCulture);
        scope.StatementTimeout = timeout + TimeSpan.FromSeconds(Reserve);
        SqlStatement take = scope.Statement($"SELECT GET_LOCK('{name}', ").Number((long)timeout.TotalSeconds).Append(")");
        return await scope.NumberAsync(take, ct).ConfigureAwait(false) == 1
            ? new NamedSchemaLock(scope, name)
            : throw new TimeoutException("The lock of migrations is held by another node.");
    }

    public override ValueTask DisposeAsync()
    {
        ClearPool();
        return ValueTask.CompletedTask;
    }

    protected override SqlFailure ClassifyError(Exception exception) => MySqlErrors.Classify(exception);

    public override string HintOf(Exception exception) => MySqlErrors.HintOf(exception);

    // MySql.Data asks for results in the character set of each column, and knows no "utf8mb3", as MariaDB calls it: a warning or a name of the schema
    // then cannot be read, and leaves the connection out of step. The mode of the server decides how the driver's quotes are read, and is not left to its configuration.
    // Nor is it whether a statement outside a transaction stands, and what reads see: the name of that variable differs between the servers, its statement does not.
    // A pooled connection keeps all this, but not one that was made anew behind it.
    private string SessionSettings(MySqlConnection connection)
    {
        string idle = connection.ServerVersion.Contains("MariaDB", StringComparison.OrdinalIgnoreCase)
            ? string.Create(CultureInfo.InvariantCulture, $", idle_transaction_timeout = {_idleSeconds}")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"SET SESSION autocommit = 1, character_set_results = utf8mb4, sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', innodb_lock_wait_timeout = {_lockSeconds}, lock_wait_timeout = {_lockSeconds}, foreign_key_checks = 1{idle}; SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
    }
}
