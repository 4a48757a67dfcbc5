using System.Globalization;
using Hpc.Accounts.Sql;
using Hpc.Actors.Cluster.Postgres;
using Hpc.Providers.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Hpc.ClusterPostgres.Tests;

/// <summary>A database of a test and engines on it.</summary>
public sealed class EngineDatabase
{
    // Found before the server's own function of this name: time stands still unless a test moves it.
    private const string Clock =
        """
        CREATE TABLE test_clock (at TIMESTAMPTZ NOT NULL);
        INSERT INTO test_clock VALUES ('2031-02-03 04:05:06Z');
        CREATE FUNCTION public.clock_timestamp() RETURNS TIMESTAMPTZ LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN (SELECT at FROM public.test_clock); END';
        """;

    private readonly SqlProviderOptions _database;

    private EngineDatabase(PostgresServer server, SqlProviderOptions database)
    {
        Server = server;
        _database = database;
    }

    public PostgresServer Server { get; }

    public PostgresEngineOptions Options => new()
    {
        ConnectionString = ConnectionString,
        StatementTimeout = TimeSpan.FromSeconds(30),
        JoinTimeout = TimeSpan.FromSeconds(30),
        ConnectTimeout = TimeSpan.FromSeconds(20),
    };

    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1", Port = Server.Port, Database = _database.Name, Username = _database.UserName, Password = _database.Password,
    }.ToString();

    /// <summary>A new database on a server.</summary>
    public static async Task<EngineDatabase> NewAsync(PostgresServer server, bool hasClock)
    {
        var database = new EngineDatabase(server, await server.NewDatabaseAsync());
        if (hasClock)
        {
            await database.ExecuteAsync(Clock);
            await database.ExecuteAsync($"ALTER DATABASE {database._database.Name} SET search_path TO public, pg_catalog");
        }

        return database;
    }

    /// <summary>A new database on the server of all tests; the test is skipped if there is none.</summary>
    public static async Task<EngineDatabase> NewAsync(PostgresFixture fixture, bool hasClock)
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        return await NewAsync(await fixture.GetAsync(), hasClock);
    }

    public Task<PostgresEngine> OpenAsync() => PostgresEngine.OpenAsync(Options, NullLogger.Instance, TestContext.Current.CancellationToken);

    public Task<object?> ExecuteAsync(string statement) => Server.ExecuteAsync(_database.Name, statement);

    public async Task<long> NumberAsync(string statement) => Convert.ToInt64(await ExecuteAsync(statement), CultureInfo.InvariantCulture);

    public Task PassAsync(TimeSpan time) =>
        ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"UPDATE test_clock SET at = at + INTERVAL '{(long)time.TotalMilliseconds} milliseconds'"));

    /// <summary>The processes that serve this database's engines, and the one that takes connections.</summary>
    public async Task<int[]> ProcessesAsync()
    {
        string workers = (string)(await ExecuteAsync($"SELECT coalesce(string_agg(pid::text, ','), '') FROM pg_stat_activity WHERE datname = '{_database.Name}' AND pid <> pg_backend_pid()"))!;
        return [await MasterAsync(), .. workers.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static id => int.Parse(id, CultureInfo.InvariantCulture))];
    }

    /// <summary>Ends the server in order, as an operator does.</summary>
    public async Task EndServerAsync()
    {
        int master = await MasterAsync();
        using var kill = System.Diagnostics.Process.Start("kill", ["-INT", master.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        while (IsRunning(master))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    // Its parent does not ask what became of it.
    private static bool IsRunning(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    // The first line of its lock file.
    private async Task<int> MasterAsync() =>
        int.Parse((string)(await ExecuteAsync("SELECT split_part(pg_read_file('postmaster.pid'), E'\n', 1)"))!, CultureInfo.InvariantCulture);
}
