using System.Data.Common;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Postgres;
using Hpc.Accounts.Sql;
using Hpc.Providers.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Hpc.Providers.Tests.Postgres;

public sealed class PostgresServerTests(PostgresFixture fixture) : ServerProviderContract
{
    protected override char Quote => '"';

    protected override string NoTls => "Disable";

    [Fact]
    public async Task Of_several_hosts_one_that_answers_is_used()
    {
        SqlProviderOptions options = await NewTablesAsync();
        await using SqlDataProvider provider = await OpenedAsync(options with { Host = $"127.0.0.1:1,127.0.0.1:{options.Port}" });
        await provider.PingAsync(Ct);
        await using SqlDataProvider standby = Make(options with { Host = $"127.0.0.1:1,127.0.0.1:{options.Port}", TargetSessionAttributes = "standby" });
        await Should.ThrowAsync<DataProviderException>(() => standby.PingAsync(Ct).AsTask());
        Should.Throw<DataProviderException>(() => Make(options with { Host = "a,b", TargetSessionAttributes = "best" }));
    }

    [Fact]
    public async Task A_far_page_reads_the_documents_of_its_own_rows_only()
    {
        SqlProviderOptions options = await NewTablesAsync();
        var observer = new StatementCounter();
        await using SqlDataProvider provider = await OpenedAsync(options);
        await provider.Objects.ApplyAsync([.. Enumerable.Range(0, 5000).Select(number => Add($"user{number:D4}", $"\"{new string('x', 500)}\""))], Ct);
        await using SqlDataProvider observed = MakeObserved(options, observer);
        (await observed.Objects.ListAsync(new(ObjectKind.User) { Offset = 4900, Limit = 10 }, Ct)).Count.ShouldBe(10);
        string statement = observer.Statements.ShouldHaveSingleItem().Replace("@p0", "1", StringComparison.Ordinal).Replace("@p1", "10", StringComparison.Ordinal).Replace("@p2", "4900", StringComparison.Ordinal);
        string plan = (string)(await ExecuteAsync(options, $"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"))!;
        plan.ShouldContain("Index Only Scan");
        plan.ShouldNotContain("Seq Scan");
    }

    [Fact]
    public async Task A_lock_that_is_waited_for_in_vain_is_one_more_attempt()
    {
        SqlProviderOptions options = (await NewTablesAsync()) with { StatementTimeout = TimeSpan.FromSeconds(3) };
        await using SqlDataProvider provider = await OpenedAsync(options);
        using var holding = new StuckCommit();
        await using SqlDataProvider other = MakeObserved(options with { StatementTimeout = TimeSpan.FromSeconds(60) }, holding);
        Task<ObjectStoreResult> first = Task.Run(() => other.Objects.ApplyAsync([Add("ann")], Ct).AsTask(), Ct);
        await holding.Reached;

        // Three seconds are one statement's; the second attempt is at the lock when the first would have failed.
        var counter = new StatementCounter();
        await using SqlDataProvider observed = MakeObserved(options, counter);
        Task<ObjectStoreResult> second = Task.Run(() => observed.Objects.ApplyAsync([Add("bob")], Ct).AsTask(), Ct);
        while (counter.Statements.Count(statement => statement.StartsWith("UPDATE", StringComparison.Ordinal)) < 2)
        {
            second.IsCompleted.ShouldBeFalse();
            await Task.Delay(20, Ct);
        }

        holding.Release();
        (await first).Outcome.ShouldBe(ObjectStoreOutcome.Done);
        (await second).Outcome.ShouldBe(ObjectStoreOutcome.Done);
    }

    protected override async Task<DatabaseServer> ServerAsync()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        return await fixture.GetAsync();
    }

    protected override async Task<DatabaseServer> OwnServerAsync() => await PostgresFixture.StartNewAsync();

    protected override async Task<SqlProviderOptions> DatabaseAsync()
    {
        await ServerAsync();
        return await fixture.DatabaseOfAsync(GetType());
    }

    protected override SqlDataProvider Make(SqlProviderOptions options) => new PostgresDataProvider(options, TimeProvider.System, NullLogger.Instance);

    internal override SqlDataProvider MakeObserved(SqlProviderOptions options, IStatementObserver observer) =>
        new PostgresDataProvider(
            options, new Observed(PostgresConnection.ToSource(options, isCockroach: false), options, observer), TimeProvider.System, NullLogger.Instance);

    private sealed class Observed(NpgsqlDataSource source, SqlProviderOptions options, IStatementObserver observer) : PostgresDialect(source, options)
    {
        public override async ValueTask<DbConnection> OpenAsync(CancellationToken ct) => new ObservedConnection(await base.OpenAsync(ct), observer);
    }
}
