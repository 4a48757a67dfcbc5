using Hpc.Accounts.Data;
using Hpc.Accounts.Postgres;
using Hpc.Accounts.Sql;
using Hpc.Accounts.Usage;
using Hpc.Providers.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Providers.Tests.Usage;

public sealed class PostgresUsageRaceTests(PostgresFixture fixture)
{
    private const string Scope = "user:ann";
    private const int Nodes = 8;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Eight_nodes_use_up_one_limit_and_never_pass_it()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        SqlProviderOptions options = (await fixture.DatabaseOfAsync(GetType())) with { TablesPrefix = "race_" };
        await RunAsync(options, limit: 96 << 20, (_, _) => Task.CompletedTask);
    }

    [Fact]
    public async Task Settlements_whose_connections_end_are_taken_once()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        SqlProviderOptions options = (await fixture.DatabaseOfAsync(GetType())) with { TablesPrefix = "cut_" };
        PostgresServer server = await fixture.GetAsync();
        await RunAsync(options, limit: 96 << 20, async (_, all) =>
        {
            while (!all.IsCompleted)
            {
                await server.EndConnectionsAsync(options.Name);
                await Task.Delay(30, Ct);
            }
        });
    }

    [Fact]
    public async Task A_server_that_is_killed_in_the_middle_loses_and_doubles_no_settlement()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        await using PostgresServer server = await PostgresFixture.StartNewAsync();
        SqlProviderOptions options = (await server.NewDatabaseAsync()) with { ConnectTimeout = TimeSpan.FromSeconds(3) };
        await RunAsync(options, limit: 96 << 20, async (spenders, all) =>
        {
            while (!all.IsCompleted && spenders.Sum(spender => spender.Sequence) < 60)
            {
                await Task.Delay(5, Ct);
            }

            all.IsCompleted.ShouldBeFalse();
            await server.KillAsync();
            await server.StartAsync();
        });
    }

    private static async Task RunAsync(SqlProviderOptions options, long limit, Func<UsageSpender[], Task, Task> troubleAsync)
    {
        var providers = new List<PostgresDataProvider>();
        try
        {
            for (int i = 0; i < Nodes; i++)
            {
                providers.Add(new PostgresDataProvider(options with { PoolSize = 4 }, TimeProvider.System, NullLogger.Instance));
                await providers[i].OpenAsync(SchemaUpdate.Automatic, Ct);
            }

            UsageSpender[] spenders = [.. providers.Select((provider, i) => new UsageSpender(provider.Usage, new UsageNode($"node{i % 3}", $"epoch{i}"), Scope, limit, seed: i))];
            Task all = Task.WhenAll(spenders.Select(spender => Task.Run(() => spender.RunAsync(Nodes, Ct), Ct)));
            await troubleAsync(spenders, all);
            await all;

            UsageRecord record = (await providers[0].Usage.FindAsync(Scope, Ct)).ShouldNotBeNull();
            record.Used.ShouldBe(new UsageAmount(0, spenders.Sum(spender => spender.Spent), 0, 0));
            record.Used.Bytes.ShouldBe(limit);
            record.Reserved.ShouldBe(default);
            spenders.Sum(spender => spender.Repeats).ShouldBeGreaterThan(0);
            TestContext.Current.TestOutputHelper?.WriteLine($"{spenders.Sum(spender => spender.Sequence)} statements, {spenders.Sum(spender => spender.Repeats)} repeats");
        }
        finally
        {
            foreach (PostgresDataProvider provider in providers)
            {
                await provider.DisposeAsync();
            }
        }
    }
}
