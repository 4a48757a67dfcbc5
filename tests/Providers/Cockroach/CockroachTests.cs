using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Postgres;
using Hpc.Accounts.Sql;
using Hpc.Providers.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Providers.Tests.Cockroach;

public sealed class CockroachTests(PostgresFixture fixture)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Conflicts_at_any_statement_and_commit_lose_and_double_nothing()
    {
        SqlProviderOptions options = await DatabaseAsync("faults_");
        var faults = new EmulatedFaults(seed: 5);
        await using SqlDataProvider first = Make(options, faults);
        await using SqlDataProvider second = Make(options, faults);
        await Task.WhenAll(first.OpenAsync(SchemaUpdate.Automatic, Ct).AsTask(), second.OpenAsync(SchemaUpdate.Automatic, Ct).AsTask());
        var ann = new ObjectKey(ObjectKind.User, "ann");
        Task[] writers =
        [
            .. new[] { first, second }.Select(provider => Task.Run(
                async () =>
                {
                    for (int turn = 0; turn < 40; turn++)
                    {
                        (await provider.Objects.ApplyAsync([ObjectChange.Put(ann, null, "{}"u8.ToArray(), "", [])], Ct)).Outcome.ShouldBe(ObjectStoreOutcome.Done);
                        (await provider.Activity.TryAddAsync(ann, ActivityField.UsedTokens, 1, 0, Ct)).ShouldBeTrue();
                    }
                },
                Ct)),
        ];
        await Task.WhenAll(writers);
        (await first.Objects.FindAsync(ann, Ct)).ShouldNotBeNull().Version.ShouldBe(80);
        (await second.Activity.FindAsync([ann], Ct)).Values.ShouldBe([80]);
        faults.Injected.ShouldBeGreaterThan(0);
        faults.Forbidden.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_lock_of_a_node_that_died_in_a_migration_ends_and_the_migration_is_finished()
    {
        SqlProviderOptions options = await DatabaseAsync("dead_");
        await using SqlDataProvider provider = Make(options, new EmulatedFaults(seed: 6));
        PostgresServer server = await fixture.GetAsync();

        // A lock whose time is over, and the first tables.
        await server.ExecuteAsync(options.Name, "CREATE TABLE dead_schema_lock (id SMALLINT PRIMARY KEY, holder BIGINT NOT NULL, ends_at BIGINT NOT NULL); INSERT INTO dead_schema_lock VALUES (1, 7, 1)");
        await provider.MigrateAsync(1, Ct);
        await server.ExecuteAsync(options.Name, "DELETE FROM dead_schema_version; DROP TABLE dead_activity; DELETE FROM dead_meta");
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        (await provider.Objects.ApplyAsync([ObjectChange.Put(new(ObjectKind.User, "ann"), 0, "{}"u8.ToArray(), "", [])], Ct)).Outcome.ShouldBe(ObjectStoreOutcome.Done);
        (await server.ExecuteAsync(options.Name, "SELECT count(*) FROM dead_schema_lock")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_lock_that_is_held_is_waited_for_and_then_given_up()
    {
        SqlProviderOptions options = await DatabaseAsync("held_");
        await using SqlDataProvider provider = Make(options with { MigrationTimeout = TimeSpan.FromSeconds(1) }, new EmulatedFaults(seed: 7));
        await (await fixture.GetAsync()).ExecuteAsync(
            options.Name,
            "CREATE TABLE held_schema_lock (id SMALLINT PRIMARY KEY, holder BIGINT NOT NULL, ends_at BIGINT NOT NULL); INSERT INTO held_schema_lock VALUES (1, 7, 99999999999)");
        (await Should.ThrowAsync<DataProviderException>(() => provider.OpenAsync(SchemaUpdate.Automatic, Ct).AsTask())).Message.ShouldContain("Another node");
        (await provider.GetSchemaAsync(Ct)).ShouldBe(0);
    }

    private async Task<SqlProviderOptions> DatabaseAsync(string prefix)
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        return (await fixture.DatabaseOfAsync(GetType())) with { TablesPrefix = prefix };
    }

    private static CockroachDataProvider Make(SqlProviderOptions options, EmulatedFaults faults) =>
        new(
            options,
            new EmulatedCockroachDialect(PostgresConnection.ToSource(options, isCockroach: true), options, faults),
            TimeProvider.System,
            NullLogger.Instance);
}
