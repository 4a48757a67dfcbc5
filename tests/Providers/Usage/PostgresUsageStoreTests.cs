using Hpc.Accounts.Data;
using Hpc.Accounts.Postgres;
using Hpc.Accounts.Sql;
using Hpc.Accounts.Tests.Usage;
using Hpc.Accounts.Usage;
using Hpc.Providers.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Providers.Tests.Usage;

public sealed class PostgresUsageStoreTests(PostgresFixture fixture) : UsageStoreContract, IAsyncDisposable
{
    private readonly StoragePrefixes _prefixes = new();
    private readonly List<PostgresDataProvider> _nodes = [];

    public async ValueTask DisposeAsync()
    {
        foreach (PostgresDataProvider node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    protected override async Task<IUsageStore> OpenAsync() => await OpenSharedAsync();

    [Fact]
    public async Task The_last_thousand_runs_are_remembered_and_those_that_hold_something()
    {
        IUsageStore store = await OpenAsync();
        await store.SettleAsync(new("one", "holder"), 1, [new UsageRequest { Scope = Scope, Use = UsageUse.Files }], Ct);
        SqlProviderOptions options = await OptionsAsync();
        await (await fixture.GetAsync()).ExecuteAsync(
            options.Name, $"INSERT INTO \"{options.TablesPrefix}usage_runs\" SELECT 'one', 'e' || i, 9000000000000000 + i, 0 FROM generate_series(1, 2000) AS i");

        IReadOnlySet<string> earlier = await store.BeginAsync(new("one", "now"), Ct);
        earlier.Count.ShouldBe(1001);
        earlier.ShouldContain("e1001");
        earlier.ShouldContain("e2000");
        earlier.ShouldContain("holder");
    }

    [Fact]
    public async Task Runs_before_another_are_told_and_not_those_behind_it()
    {
        ISharedUsageStore store = await OpenSharedAsync();
        UsageNode[] runs = [new("one", "c"), new("one", "a"), new("one", "b"), new("two", "x")];
        foreach (UsageNode run in runs)
        {
            await store.SettleAsync(run, 1, [], Ct);
        }

        (await store.ListEarlierAsync(runs[0], Ct)).ShouldBeEmpty();
        (await store.ListEarlierAsync(runs[1], Ct)).ShouldBe(["c"]);
        (await store.ListEarlierAsync(runs[2], Ct)).Order().ShouldBe(["a", "c"]);
        (await store.ListEarlierAsync(runs[3], Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Going_back_behind_it_names_what_is_lost()
    {
        IUsageStore store = await OpenAsync();
        await store.SettleAsync(new("one", "1"), 1, [new UsageRequest { Scope = Scope, Consumed = new(1, 1, 1, 1) }], Ct);
        (await _nodes[0].ListLossesAsync(2, Ct)).ShouldBe([new SchemaLoss("users and folders with what they have in use", 1)]);
        await _nodes[0].MigrateAsync(2, Ct);
        await _nodes[0].MigrateAsync(_nodes[0].NewestSchema, Ct);
        (await store.FindAsync(Scope, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task Random_statements_are_answered_as_the_memory_store_answers_them()
    {
        ISharedUsageStore store = await OpenSharedAsync();
        var plain = new MemoryUsageStore(TimeProvider.System);
        var random = new Random(77);
        UsageNode[] nodes = [.. Enumerable.Range(0, 6).Select(i => new UsageNode($"node{i % 3}", $"epoch{i}"))];
        long[] sequences = new long[nodes.Length];
        for (int turn = 0; turn < 250; turn++)
        {
            int who = random.Next(nodes.Length);
            UsageRequest[] requests = [.. Enumerable.Range(0, 12).Where(_ => random.Next(2) == 0).OrderBy(_ => random.Next()).Select(i => RandomRequest(random, $"user:{i}"))];
            long sequence = ++sequences[who];
            for (int repeat = random.Next(4) == 0 ? 2 : 1; repeat > 0; repeat--)
            {
                (await store.SettleAsync(nodes[who], sequence, requests, Ct)).ShouldBe(await plain.SettleAsync(nodes[who], sequence, requests, Ct));
            }

            string scope = $"user:{random.Next(12)}";
            DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_000 + turn);
            foreach (IUsageStore each in (IUsageStore[])[store, plain])
            {
                var same = new Random(turn);
                await ChangeAsync(each, nodes[who], scope, same, at);
            }
        }

        foreach (UsageNode node in nodes)
        {
            (await store.ListUnfinishedAsync(node, Ct)).ShouldBe(await plain.ListUnfinishedAsync(node, Ct));
        }

        IReadOnlyList<UsageRecord> expected = await plain.ListAsync(null, 100, Ct);
        (await store.ListAsync(null, 100, Ct)).Select(Timeless).ShouldBe(expected.Select(Timeless));
    }

    [Fact]
    public async Task The_largest_numbers_do_not_overflow()
    {
        ISharedUsageStore store = await OpenSharedAsync();
        var plain = new MemoryUsageStore(TimeProvider.System);
        var all = new UsageAmount(long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue);
        UsageRequest[] requests =
        [
            new() { Scope = Scope, Consumed = all, Wanted = all, Use = UsageUse.Files },
            new() { Scope = Scope, Consumed = all, Wanted = all, Use = UsageUse.Files, Limits = new(long.MaxValue, long.MaxValue, 5, 0, long.MaxValue) },
            new() { Scope = Scope, Consumed = default(UsageAmount) - all, Wanted = all, Use = UsageUse.Files, Limits = new(1, 1, 1, 1, 1) },
        ];
        foreach (string node in (string[])["one", "two"])
        {
            for (int i = 0; i < requests.Length; i++)
            {
                (await store.SettleAsync(new(node, "1"), i + 1, [requests[i]], Ct)).ShouldBe(await plain.SettleAsync(new(node, "1"), i + 1, [requests[i]], Ct));
            }
        }
    }

    [Fact]
    public async Task A_run_that_was_ended_is_told_no_more_and_finished_by_another_node()
    {
        ISharedUsageStore store = await OpenSharedAsync();
        var dead = new UsageNode("dead", "1");
        var request = new UsageRequest { Scope = Scope, Wanted = new(5, 500, 50, 0), Consumed = new(1, 10, 1, 0), Limits = new(10, 1000, 100, 0, 0), Use = UsageUse.Files };
        await store.SettleAsync(dead, 1, [request], Ct);
        await store.SettleAsync(new("alive", "1"), 1, [request with { Consumed = default }], Ct);
        (await store.ListHoldersAsync(Ct)).ShouldBe([new("alive", "1"), dead]);
        (await store.ListUnfinishedOfAsync(dead, Ct)).ShouldBeEmpty();
        await Should.ThrowAsync<InvalidOperationException>(() => store.FinishOfAsync(dead, Scope, null, Ct).AsTask());

        for (int i = 0; i < 2; i++)
        {
            await store.EndRunAsync(dead, Ct);
        }

        await Should.ThrowAsync<UsageRunEndedException>(() => store.SettleAsync(dead, 2, [request], Ct).AsTask());
        (await store.FindAsync(Scope, Ct))!.Used.ShouldBe(new UsageAmount(1, 10, 1, 0));
        (await store.ListUnfinishedOfAsync(dead, Ct)).ShouldBe([new UnfinishedUsage(Scope, UsageUse.Files, new(5, 500, 50, 0))]);
        for (int i = 0; i < 2; i++)
        {
            await store.FinishOfAsync(dead, Scope, new UsageCorrection(Scope, 2, 20, DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_000)), Ct);
            UsageRecord record = (await store.FindAsync(Scope, Ct))!;
            record.Used.ShouldBe(new UsageAmount(3, 30, 51, 0));
            record.Reserved.ShouldBe(new UsageAmount(4, 490, 49, 0));
        }

        (await store.ListUnfinishedOfAsync(dead, Ct)).ShouldBeEmpty();
        await Should.ThrowAsync<UsageRunEndedException>(() => store.SettleAsync(dead, 2, [request], Ct).AsTask());

        // The next run of the node takes part again.
        (await store.SettleAsync(dead with { Epoch = "2" }, 1, [request with { Consumed = default }], Ct))[0].Granted.ShouldBe(new UsageAmount(3, 480, 0, 0));
    }

    [Fact]
    public async Task Counts_of_elsewhere_are_taken_over_where_nothing_was_counted()
    {
        ISharedUsageStore store = await OpenSharedAsync();
        var record = new UsageRecord { Scope = Scope, Used = new(1, 2, 3, 4), ScannedAt = DateTimeOffset.UnixEpoch, TransferSince = DateTimeOffset.FromUnixTimeMilliseconds(5) };
        (await store.TryTakeOverAsync(record, Ct)).ShouldBeTrue();
        (await store.TryTakeOverAsync(record with { Used = new(9, 9, 9, 9) }, Ct)).ShouldBeFalse();
        (await store.FindAsync(Scope, Ct)).ShouldBe(record with { ScannedAt = null });
    }

    [Fact]
    public async Task A_count_corrects_only_what_nobody_corrected_since()
    {
        foreach (ISharedUsageStore store in (ISharedUsageStore[])[await OpenSharedAsync(), new SharedMemoryUsageStore(TimeProvider.System)])
        {
            DateTimeOffset first = DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_000);
            DateTimeOffset second = first.AddMilliseconds(1);
            (await store.TryCorrectAsync(new UsageCorrection(Scope, 1, 10, first), second, Ct)).ShouldBeFalse();
            (await store.FindAsync(Scope, Ct)).ShouldBeNull();
            (await store.TryCorrectAsync(new UsageCorrection(Scope, 1, 10, first), null, Ct)).ShouldBeTrue();
            (await store.TryCorrectAsync(new UsageCorrection(Scope, 1, 10, second), null, Ct)).ShouldBeFalse();
            await store.SettleAsync(new("one", "1"), 1, [new UsageRequest { Scope = Scope, Consumed = new(2, 20, 3, 4) }], Ct);
            (await store.TryCorrectAsync(new UsageCorrection(Scope, -5, 100, second), first, Ct)).ShouldBeTrue();
            (await store.TryCorrectAsync(new UsageCorrection(Scope, 7, 7, second.AddMilliseconds(1)), first, Ct)).ShouldBeFalse();
            UsageRecord record = (await store.FindAsync(Scope, Ct)).ShouldNotBeNull();
            record.Used.ShouldBe(new UsageAmount(0, 130, 3, 4));
            record.ScannedAt.ShouldBe(second);
        }
    }

    [Fact]
    public async Task A_statement_of_an_ended_run_is_told_whether_it_was_taken()
    {
        foreach (ISharedUsageStore store in (ISharedUsageStore[])[await OpenSharedAsync(), new SharedMemoryUsageStore(TimeProvider.System)])
        {
            var run = new UsageNode("one", "1");
            var request = new UsageRequest { Scope = Scope, Consumed = new(1, 1, 1, 1), Use = UsageUse.Files };
            await store.SettleAsync(run, 1, [request], Ct);
            await store.SettleAsync(new("two", "1"), 1, [new UsageRequest { Scope = Scope, Wanted = new(0, 0, 1, 1), Use = UsageUse.Transfers }], Ct);
            (await store.ListChangersAsync(Scope, Ct)).ShouldBe([run]);
            await store.EndRunAsync(run, Ct);
            (await Should.ThrowAsync<UsageRunEndedException>(() => store.SettleAsync(run, 1, [request], Ct).AsTask())).WasTaken.ShouldBeTrue();
            (await Should.ThrowAsync<UsageRunEndedException>(() => store.SettleAsync(run, 2, [request], Ct).AsTask())).WasTaken.ShouldBeFalse();
            (await store.ListUnfinishedOfAsync(run, Ct)).ShouldBe([new UnfinishedUsage(Scope, UsageUse.Files, default)]);
            (await store.FindAsync(Scope, Ct))!.Used.ShouldBe(new UsageAmount(1, 1, 1, 1));
        }
    }

    [Fact]
    public async Task Rows_that_do_not_change_are_not_written()
    {
        IUsageStore store = await OpenAsync();
        var request = new UsageRequest { Scope = Scope, Wanted = new(5, 500, 0, 0), Use = UsageUse.Files };
        await store.SettleAsync(new("one", "1"), 1, [request], Ct);
        SqlProviderOptions options = await OptionsAsync();
        string versions = $"SELECT (SELECT string_agg(xmin::text, ' ') FROM \"{options.TablesPrefix}usage_scopes\") || '/' || (SELECT string_agg(xmin::text, ' ') FROM \"{options.TablesPrefix}usage_reservations\")";
        object? before = await (await fixture.GetAsync()).ExecuteAsync(options.Name, versions);
        await store.SettleAsync(new("one", "1"), 2, [request], Ct);
        (await (await fixture.GetAsync()).ExecuteAsync(options.Name, versions)).ShouldBe(before);
    }

    private static object Timeless(UsageRecord record) => (record.Scope, record.Used, record.Reserved, record.ScannedAt);

    private static UsageRequest RandomRequest(Random random, string scope) => new()
    {
        Scope = scope,
        Consumed = Amount(random, -200, 400),
        Wanted = Amount(random, -10, 600),
        Limits = new(Limit(random), Limit(random), Limit(random), Limit(random), Limit(random)),
        Use = (UsageUse)random.Next(3),
    };

    private static UsageAmount Amount(Random random, int least, int most) =>
        random.Next(3) == 0 ? default : new(random.Next(least, most), random.Next(least, most), random.Next(least, most), random.Next(least, most));

    private static long Limit(Random random) => random.Next(2) == 0 ? 0 : random.Next(-1, 4000);

    private static async Task ChangeAsync(IUsageStore store, UsageNode node, string scope, Random random, DateTimeOffset at)
    {
        switch (random.Next(16))
        {
            case 0: await store.CorrectAsync(new UsageCorrection(scope, random.Next(-50, 50), random.Next(-500, 500), at), Ct); break;
            case 1: await store.AdjustAsync(new UsageAdjustment(scope, random.Next(2) == 0, random.Next(-5, 50), null, random.Next(-5, 50), null, at), Ct); break;
            case 2: await store.DeleteAsync(scope, Ct); break;
            case 3: await store.FinishAsync(node, scope, random.Next(2) == 0 ? null : new UsageCorrection(scope, 1, -1, at), Ct); break;
            case 4: await store.ForgetCountAsync(scope, Ct); break;
            case 5: await store.ResetTransferAsync(scope, at, Ct); break;
            default: break;
        }
    }

    private async Task<SqlProviderOptions> OptionsAsync()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        return (await fixture.DatabaseOfAsync(GetType())) with { TablesPrefix = _prefixes["main"] };
    }

    private async Task<ISharedUsageStore> OpenSharedAsync()
    {
        var provider = new PostgresDataProvider(await OptionsAsync(), TimeProvider.System, NullLogger.Instance);
        _nodes.Add(provider);
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        return provider.Usage.ShouldBeAssignableTo<ISharedUsageStore>()!;
    }
}
