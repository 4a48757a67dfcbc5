using System.Data;
using System.Data.Common;
using System.Reflection;
using Hpc.Accounts.Sql;
using Npgsql;

namespace Hpc.Accounts.Postgres;

/// <summary>PostgreSQL.</summary>
internal class PostgresDialect : SqlDialect
{
    private const string IdleInTransactionTimeout = "25P03";

    // The driver's sentence for several hosts that were all found away, or standbys, a moment ago.
    private const string NoHost = "No suitable host was found.";

    private readonly NpgsqlDataSource _source;
    private readonly string _settings;

    public PostgresDialect(NpgsqlDataSource source, SqlProviderOptions options)
    {
        _source = source;
        Target = PostgresConnection.Describe(source.ConnectionString);
        Connections = options.Connections;

        // A node that stops in the middle holds the lock of all writers: the server ends its transaction. SET has no parameters; these are numbers.
        // A lock that was waited for in vain is one more attempt, before the client gives up on the statement, and the connection with it.
        long limit = (long)options.StatementTimeout.TotalMilliseconds;
        _settings = $"SET LOCAL statement_timeout = {limit}; SET LOCAL lock_timeout = {Math.Max(1, limit / 3)}; SET LOCAL idle_in_transaction_session_timeout = {limit};";
    }

    public override string Driver => "postgresql";

    public override string Target { get; }

    public override int Connections { get; }

    public override char Quote => '"';

    public override DbType NameType => DbType.String;

    public override string TransactionSettings => _settings;

    public override string CurrentSchema => "current_schema()";

    public override IsolationLevel Isolation => IsolationLevel.ReadCommitted;

    public override bool IsSchemaTransactional => true;

    public override Assembly MigrationAssembly => typeof(PostgresDialect).Assembly;

    // The protocol counts them with 16 bits.
    public override int MaxParameters => 60_000;

    public override string InsertOrIgnore => "INSERT INTO";

    public override string DoNothing => " ON CONFLICT DO NOTHING";

    public override async ValueTask<DbConnection> OpenAsync(CancellationToken ct) => await _source.OpenConnectionAsync(ct).ConfigureAwait(false);

    public override void ClearPool() => _source.Clear();

    public override object ToName(string name) => name;

    public override string ReadName(DbDataReader reader, int column) => reader.GetString(column);

    public override string OnConflictSet(string keyColumns) => $" ON CONFLICT ({keyColumns}) DO UPDATE SET";

    public override string Proposed(string column) => $"excluded.{column}";

    // An index alone answers only for pages that VACUUM has seen since their last change. The server does it by itself, minutes later:
    // until then the last page of 100,000 objects that were just loaded takes ten times as long.
    public override string Tidy(SqlTables tables) => $"VACUUM (SKIP_LOCKED, ANALYZE) {tables.Objects}";

    public override async ValueTask<ISchemaLock> LockSchemaAsync(SqlScope scope, SqlTables tables, TimeSpan timeout, CancellationToken ct)
    {
        // Ends with the transaction, whatever happens to it, and holds through a pool of connections between the server and us.
        try
        {
            await scope.ExecuteAsync($"SET LOCAL lock_timeout = {(long)timeout.TotalMilliseconds}", ct).ConfigureAwait(false);
            await scope.ExecuteAsync(
                scope.Statement("SELECT pg_advisory_xact_lock(").Number(SchemaLockKey.Of(tables.Prefix)).Append(")"), ct).ConfigureAwait(false);
            return new TransactionSchemaLock();
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled && !ct.IsCancellationRequested)
        {
            throw new TimeoutException(exception.MessageText, exception);
        }
        catch (NpgsqlException exception) when (exception.InnerException is TimeoutException)
        {
            throw new TimeoutException(exception.Message, exception);
        }
    }

    public override ValueTask DisposeAsync() => _source.DisposeAsync();

    protected override SqlFailure ClassifyError(Exception exception) => exception switch
    {
        PostgresException error => Classify(error.SqlState),
        NpgsqlException { InnerException: TimeoutException } => SqlFailure.Other,
        NpgsqlException { InnerException: IOException or System.Net.Sockets.SocketException } => SqlFailure.ConnectionLost,

        // Of several hosts none could be used. What one of them says for good does not change by waiting.
        NpgsqlException { InnerException: AggregateException hosts } => hosts.InnerExceptions.All(host => ClassifyError(host) == SqlFailure.ConnectionLost) ? SqlFailure.ConnectionLost : SqlFailure.Other,
        NpgsqlException { InnerException: null, Message: NoHost } => SqlFailure.ConnectionLost,
        NpgsqlException { IsTransient: true } => SqlFailure.ConnectionLost,
        IOException or System.Net.Sockets.SocketException => SqlFailure.ConnectionLost,
        _ => SqlFailure.Other,
    };

    public override string HintOf(Exception exception) => SqlFaultText.Innermost<PostgresException>(exception)?.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => SqlFaultText.CheckUser,
        PostgresErrorCodes.InvalidCatalogName => SqlFaultText.MakeDatabase,
        PostgresErrorCodes.InsufficientPrivilege => SqlFaultText.GiveRights,
        null when SqlFaultText.Innermost<System.Net.Sockets.SocketException>(exception) is not null => SqlFaultText.CheckHost,
        null when SqlFaultText.Innermost<System.Security.Authentication.AuthenticationException>(exception) is not null => SqlFaultText.CheckTls,
        _ => "",
    };

    private static SqlFailure Classify(string state) => state switch
    {
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable => SqlFailure.Conflict,
        PostgresErrorCodes.ForeignKeyViolation => SqlFailure.ForeignKey,
        PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject => SqlFailure.AlreadyThere,

        // The server is being stopped, has crashed, or starts; or the statement reached a server that is a standby now.
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or IdleInTransactionTimeout or PostgresErrorCodes.ReadOnlySqlTransaction => SqlFailure.ConnectionLost,
        _ when state.StartsWith("08", StringComparison.Ordinal) => SqlFailure.ConnectionLost,
        _ => SqlFailure.Other,
    };
}
