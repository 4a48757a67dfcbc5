using Hpc.Actors.Cluster.Postgres;
using Hpc.Providers.Tests.Servers;

namespace Hpc.ClusterPostgres.Tests;

public sealed class SchemaTests(PostgresFixture fixture)
{
    private const string Objects =
        """
        SELECT (SELECT count(*) FROM pg_class WHERE relname LIKE 'hpc\_cluster\_%' AND relname NOT LIKE 'hpc\_cluster\_schema%') + (SELECT count(*) FROM pg_proc WHERE proname LIKE 'hpc\_cluster\_%')
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_nodes_that_start_at_once_make_the_schema_once()
    {
        EngineDatabase database = await EngineDatabase.NewAsync(fixture, hasClock: false);
        PostgresEngine[] engines = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => database.OpenAsync()));
        foreach (PostgresEngine engine in engines)
        {
            (await engine.ListNodesAsync(Ct)).ShouldBeEmpty();
            await engine.DisposeAsync();
        }

        (await database.NumberAsync("SELECT count(*) FROM hpc_cluster_schema")).ShouldBe(await database.NumberAsync("SELECT max(version) FROM hpc_cluster_schema"));
    }

    [Fact]
    public async Task What_was_made_can_be_removed_and_made_again()
    {
        EngineDatabase database = await EngineDatabase.NewAsync(fixture, hasClock: false);
        await (await database.OpenAsync()).DisposeAsync();
        (await database.NumberAsync(Objects)).ShouldBeGreaterThan(0);
        await PostgresEngine.RemoveAsync(database.Options, Ct);
        (await database.NumberAsync(Objects)).ShouldBe(0);
        await (await database.OpenAsync()).DisposeAsync();
        (await database.NumberAsync(Objects)).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_schema_of_a_newer_program_is_refused()
    {
        EngineDatabase database = await EngineDatabase.NewAsync(fixture, hasClock: false);
        await (await database.OpenAsync()).DisposeAsync();
        await database.ExecuteAsync("INSERT INTO hpc_cluster_schema VALUES (1000, now())");
        (await Should.ThrowAsync<PostgresEngineException>(database.OpenAsync)).Message.ShouldContain("1000");
    }

    [Fact]
    public async Task A_connection_string_that_is_wrong_is_not_quoted()
    {
        var options = new PostgresEngineOptions { ConnectionString = "Host=127.0.0.1;Pasword=sesame" };
        PostgresEngineException refused = await Should.ThrowAsync<PostgresEngineException>(() => PostgresEngine.RemoveAsync(options, Ct));
        refused.ToString().ShouldNotContain("sesame");
    }
}
