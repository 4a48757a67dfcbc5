using Hpc.Accounts.Data;
using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Tests.Usage;

/// <summary>What every usage store does. One class per provider runs it.</summary>
public abstract class UsageStoreContract
{
    protected const string Scope = "user:ålice ✓";

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static UsageNode One { get; } = new("one", "00000001");

    private static UsageNode Two { get; } = new("two", "0000000a");

    /// <summary>A store on what this test has; all of them see the same.</summary>
    protected abstract Task<IUsageStore> OpenAsync();

    [Fact]
    public async Task A_scope_that_nothing_was_counted_in_is_not_found()
    {
        IUsageStore store = await OpenAsync();
        UsageAnswer answer = await SettleAsync(store, One, 1, new UsageRequest { Scope = Scope });
        answer.ShouldBe(new UsageAnswer(Scope, default, default, default));
        (await store.FindAsync(Scope, Ct)).ShouldBeNull();
        (await store.ListAsync(null, 10, Ct)).ShouldBeEmpty();
        (await store.ResetTransferAsync(Scope, DateTimeOffset.UnixEpoch, Ct)).ShouldBeFalse();
        (await store.DeleteAsync(Scope, Ct)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_count_is_forgotten_without_what_was_moved_or_is_held()
    {
        IUsageStore store = await OpenAsync();
        (await store.ForgetCountAsync(Scope, Ct)).ShouldBeFalse();
        await SettleAsync(store, One, 1, Request(new(3, 5000, 7, 9), new(1, 10, 0, 0)));
        await store.CorrectAsync(new UsageCorrection(Scope, 1, 1, DateTimeOffset.UnixEpoch), Ct);

        (await store.ForgetCountAsync(Scope, Ct)).ShouldBeTrue();

        UsageRecord record = (await store.FindAsync(Scope, Ct)).ShouldNotBeNull();
        record.Used.ShouldBe(new UsageAmount(0, 0, 7, 9));
        record.Reserved.ShouldBe(new UsageAmount(1, 10, 0, 0));
        record.ScannedAt.ShouldBeNull();
        await store.CorrectAsync(new UsageCorrection(Scope, 2, 20, DateTimeOffset.UnixEpoch), Ct);
        (await store.FindAsync(Scope, Ct))!.Used.ShouldBe(new UsageAmount(2, 20, 7, 9));
    }

    [Fact]
    public async Task What_is_consumed_is_used_and_what_is_wanted_is_held()
    {
        IUsageStore store = await OpenAsync();
        await SettleAsync(store, One, 1, Request(wanted: new(10, 1000, 100, 200)));
        UsageAnswer answer = await SettleAsync(store, One, 2, Request(new(2, 300, 40, 50), new(8, 700, 60, 150)));

        answer.Used.ShouldBe(new UsageAmount(2, 300, 40, 50));
        answer.Granted.ShouldBe(new UsageAmount(8, 700, 60, 150));
        UsageRecord record = (await store.FindAsync(Scope, Ct)).ShouldNotBeNull();
        record.Scope.ShouldBe(Scope);
        record.Used.ShouldBe(answer.Used);
        record.Reserved.ShouldBe(answer.Granted);
        record.ScannedAt.ShouldBeNull();
        record.TransferSince.ShouldBeGreaterThan(DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public async Task A_reservation_is_cut_to_what_is_left_of_the_limit()
    {
        IUsageStore store = await OpenAsync();
        UsageLimits limits = new(10, 1000, 0, 0, 0);
        (await SettleAsync(store, One, 1, Request(wanted: new(6, 700, 0, 0), limits: limits))).Granted.ShouldBe(new UsageAmount(6, 700, 0, 0));
        (await SettleAsync(store, Two, 1, Request(wanted: new(6, 700, 0, 0), limits: limits))).Granted.ShouldBe(new UsageAmount(4, 300, 0, 0));
        UsageAnswer third = await SettleAsync(store, new("three", "1"), 1, Request(wanted: new(1, 1, 0, 0), limits: limits));
        third.Granted.ShouldBe(default);
        third.Reserved.ShouldBe(new UsageAmount(10, 1000, 0, 0));
    }

    [Fact]
    public async Task Both_ways_of_transfer_share_the_limit_of_the_sum()
    {
        IUsageStore store = await OpenAsync();
        UsageLimits limits = new(0, 0, 80, 0, 100);
        (await SettleAsync(store, One, 1, Request(wanted: new(0, 0, 90, 90), limits: limits))).Granted.ShouldBe(new UsageAmount(0, 0, 80, 20));
        UsageAnswer answer = await SettleAsync(store, One, 2, Request(new(0, 0, 10, 20), new(0, 0, 5, 90), limits));
        answer.Granted.ShouldBe(new UsageAmount(0, 0, 5, 65));
    }

    [Fact]
    public async Task What_a_node_holds_is_not_taken_away_by_a_smaller_limit()
    {
        IUsageStore store = await OpenAsync();
        await SettleAsync(store, One, 1, Request(wanted: new(0, 1000, 0, 0), limits: new(0, 1000, 0, 0, 0)));
        UsageAnswer answer = await SettleAsync(store, One, 2, Request(new(0, 100, 0, 0), new(0, 2000, 0, 0), new(0, 500, 0, 0, 0)));
        answer.Granted.Bytes.ShouldBe(900);
        (await SettleAsync(store, One, 3, Request(wanted: new(0, 50, 0, 0), limits: new(0, 500, 0, 0, 0)))).Granted.Bytes.ShouldBe(50);
    }

    [Fact]
    public async Task What_is_given_back_can_be_used_again_and_nothing_falls_below_zero()
    {
        IUsageStore store = await OpenAsync();
        UsageLimits limits = new(1, 100, 0, 0, 0);
        await SettleAsync(store, One, 1, Request(new(1, 100, 0, 0), limits: limits));
        (await SettleAsync(store, Two, 1, Request(wanted: new(1, 100, 0, 0), limits: limits))).Granted.ShouldBe(default);
        (await SettleAsync(store, One, 2, Request(new(-3, -500, 0, 0), limits: limits))).Used.ShouldBe(default);
        (await SettleAsync(store, Two, 2, Request(wanted: new(1, 100, 0, 0), limits: limits))).Granted.ShouldBe(new UsageAmount(1, 100, 0, 0));
    }

    [Fact]
    public async Task The_same_statement_again_changes_nothing()
    {
        IUsageStore store = await OpenAsync();
        UsageRequest request = Request(new(1, 10, 20, 30), new(5, 50, 50, 50), new(6, 60, 0, 0, 0));
        UsageAnswer first = await SettleAsync(store, One, 7, request);
        UsageRecord? record = await store.FindAsync(Scope, Ct);
        for (int i = 0; i < 3; i++)
        {
            (await SettleAsync(store, One, 7, request)).ShouldBe(first);
        }

        (await store.FindAsync(Scope, Ct)).ShouldBe(record);
        await Should.ThrowAsync<InvalidOperationException>(async () => await SettleAsync(store, One, 6, request));
        (await store.FindAsync(Scope, Ct)).ShouldBe(record);

        // Another epoch has numbers of its own.
        (await SettleAsync(store, One with { Epoch = "00000002" }, 1, request)).Used.Bytes.ShouldBe(20);
    }

    [Fact]
    public async Task A_statement_of_many_scopes_is_answered_in_its_order()
    {
        IUsageStore store = await OpenAsync();
        UsageRequest[] requests = [.. Enumerable.Range(0, 50).Reverse().Select(i => Request(new(i, i, 0, 0)) with { Scope = $"folder:{i:d2}" })];
        IReadOnlyList<UsageAnswer> answers = await store.SettleAsync(One, 1, requests, Ct);
        answers.Select(answer => answer.Scope).ShouldBe(requests.Select(request => request.Scope));
        answers[0].Used.Files.ShouldBe(49);

        IReadOnlyList<UsageRecord> page = await store.ListAsync("folder:09", 3, Ct);
        page.Select(record => record.Scope).ShouldBe(["folder:10", "folder:11", "folder:12"]);
        (await store.ListAsync(null, 100, Ct)).Count.ShouldBe(50);
    }

    [Fact]
    public async Task A_scope_that_is_not_used_any_more_holds_nothing_and_is_not_unfinished()
    {
        IUsageStore store = await OpenAsync();
        await SettleAsync(store, One, 1, Request(wanted: new(5, 5, 5, 5)));
        await SettleAsync(store, One, 2, Request(new(1, 1, 1, 1), use: UsageUse.None));
        (await store.FindAsync(Scope, Ct))!.Reserved.ShouldBe(default);
        (await store.ListUnfinishedAsync(One with { Epoch = "2" }, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_crash_left_counts_until_it_is_finished()
    {
        IUsageStore store = await OpenAsync();
        UsageLimits limits = new(100, 1000, 100, 0, 0);
        await SettleAsync(store, One, 1, Request(new(10, 100, 7, 0), new(5, 500, 50, 0), limits, UsageUse.Files));
        await SettleAsync(store, Two, 1, Request(wanted: new(1, 1, 1, 0), limits: limits));
        store = await OpenAsync();
        UsageNode next = One with { Epoch = "00000002" };

        (await store.ListUnfinishedAsync(next, Ct)).ShouldBe([new UnfinishedUsage(Scope, UsageUse.Files, new(5, 500, 50, 0))]);
        (await store.ListUnfinishedAsync(One, Ct)).ShouldBeEmpty();
        (await SettleAsync(store, next, 1, Request(wanted: new(100, 1000, 100, 0), limits: limits))).Granted.ShouldBe(new UsageAmount(84, 399, 42, 0));

        DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_123);
        for (int i = 0; i < 2; i++)
        {
            await store.FinishAsync(next, Scope, new UsageCorrection(Scope, -3, 250, at), Ct);
            UsageRecord record = (await store.FindAsync(Scope, Ct))!;
            record.Used.ShouldBe(new UsageAmount(7, 350, 57, 0));
            record.Reserved.ShouldBe(new UsageAmount(85, 400, 43, 0));
            record.ScannedAt.ShouldBe(at);
        }

        (await store.ListUnfinishedAsync(next, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_mark_without_any_reservation_is_unfinished_too()
    {
        IUsageStore store = await OpenAsync();
        await SettleAsync(store, One, 1, Request(use: UsageUse.Files));
        UsageNode next = One with { Epoch = "00000002" };
        (await store.ListUnfinishedAsync(next, Ct)).ShouldBe([new UnfinishedUsage(Scope, UsageUse.Files, default)]);
        await store.FinishAsync(next, Scope, null, Ct);
        (await store.ListUnfinishedAsync(next, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_earlier_runs_of_a_node_are_known_whether_they_ended_in_order_or_not()
    {
        IUsageStore store = await OpenAsync();
        (await store.BeginAsync(One, Ct)).ShouldBeEmpty();
        await SettleAsync(store, One with { Epoch = "00000002" }, 1, Request());
        await SettleAsync(store, Two, 1, Request());
        store = await OpenAsync();
        for (int i = 0; i < 2; i++)
        {
            (await store.BeginAsync(One with { Epoch = "00000003" }, Ct)).Order().ShouldBe(["00000001", "00000002"]);
        }

        (await store.BeginAsync(One, Ct)).Order().ShouldBe(["00000002", "00000003"]);
    }

    [Fact]
    public async Task An_answer_tells_whether_the_scope_was_ever_counted()
    {
        IUsageStore store = await OpenAsync();
        (await SettleAsync(store, One, 1, Request())).WasScanned.ShouldBeFalse();
        await store.CorrectAsync(new UsageCorrection(Scope, 0, 0, DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_000)), Ct);
        (await SettleAsync(store, One, 2, Request())).WasScanned.ShouldBeTrue();
        (await SettleAsync(store, One, 2, Request())).WasScanned.ShouldBeTrue();
        await store.DeleteAsync(Scope, Ct);
        (await SettleAsync(store, One, 3, Request())).WasScanned.ShouldBeFalse();
    }

    [Fact]
    public async Task A_correction_is_applied_once_and_never_below_zero()
    {
        IUsageStore store = await OpenAsync();
        DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_000);
        await store.CorrectAsync(new UsageCorrection(Scope, 3, 30, at), Ct);
        await store.CorrectAsync(new UsageCorrection(Scope, 3, 30, at), Ct);
        (await store.FindAsync(Scope, Ct))!.Used.ShouldBe(new UsageAmount(3, 30, 0, 0));
        await store.CorrectAsync(new UsageCorrection(Scope, -5, -20, at.AddSeconds(1)), Ct);
        UsageRecord record = (await store.FindAsync(Scope, Ct))!;
        record.Used.ShouldBe(new UsageAmount(0, 10, 0, 0));
        record.ScannedAt.ShouldBe(at.AddSeconds(1));
    }

    [Fact]
    public async Task Transfer_is_reset_and_a_scope_is_forgotten()
    {
        IUsageStore store = await OpenAsync();
        DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_000);
        await SettleAsync(store, One, 1, Request(new(1, 2, 3, 4), new(1, 1, 1, 1)));
        (await store.ResetTransferAsync(Scope, at, Ct)).ShouldBeTrue();
        UsageRecord record = (await store.FindAsync(Scope, Ct))!;
        record.Used.ShouldBe(new UsageAmount(1, 2, 0, 0));
        record.TransferSince.ShouldBe(at);

        (await store.DeleteAsync(Scope, Ct)).ShouldBeTrue();
        (await store.FindAsync(Scope, Ct)).ShouldBeNull();
        (await store.ListUnfinishedAsync(One with { Epoch = "2" }, Ct)).ShouldBeEmpty();
        (await SettleAsync(store, One, 2, Request(new(1, 2, 3, 4)))).Used.ShouldBe(new UsageAmount(1, 2, 3, 4));
    }

    [Fact]
    public async Task An_operator_sets_and_adds_what_is_in_use()
    {
        IUsageStore store = await OpenAsync();
        DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_000);
        await store.AdjustAsync(new UsageAdjustment(Scope, IsAdded: true, null, null, 5, null, at), Ct);
        UsageRecord record = (await store.FindAsync(Scope, Ct))!;
        record.Used.ShouldBe(new UsageAmount(0, 0, 5, 0));
        record.ScannedAt.ShouldBeNull();

        await store.AdjustAsync(new UsageAdjustment(Scope, IsAdded: false, 7, 70, null, null, at), Ct);
        await store.AdjustAsync(new UsageAdjustment(Scope, IsAdded: true, -9, 10, null, 3, at), Ct);
        record = (await store.FindAsync(Scope, Ct))!;
        record.Used.ShouldBe(new UsageAmount(0, 80, 5, 3));
        record.ScannedAt.ShouldBe(at);
    }

    [Fact]
    public async Task Nodes_that_take_at_once_never_pass_the_limit_together()
    {
        const long Limit = 20_000;
        const int Nodes = 16;
        IUsageStore[] stores = [await OpenAsync(), await OpenAsync()];
        long[] spent = new long[Nodes];
        await Task.WhenAll(Enumerable.Range(0, Nodes).Select(index => Task.Run(() => SpendAsync(index), Ct)));

        UsageRecord record = (await stores[0].FindAsync(Scope, Ct))!;
        record.Used.Bytes.ShouldBe(spent.Sum());
        record.Used.Bytes.ShouldBe(Limit);
        record.Reserved.Bytes.ShouldBe(0);

        async Task SpendAsync(int index)
        {
            var node = new UsageNode($"node-{index % 4}", $"epoch-{index}");
            var random = new Random(index);
            IUsageStore store = stores[index % 2];
            long sequence = 0;
            UsageAmount consumed = default;
            while (true)
            {
                var wanted = new UsageAmount(0, random.Next(1, 700), 0, 0);
                UsageAnswer answer = await InsistAsync(store, node, ++sequence, Request(consumed, wanted, new(0, Limit, 0, 0, 0)));
                (answer.Used.Bytes + answer.Reserved.Bytes).ShouldBeLessThanOrEqualTo(Limit);
                answer.Granted.Bytes.ShouldBeLessThanOrEqualTo(wanted.Bytes);
                consumed = new UsageAmount(0, random.Next(0, (int)answer.Granted.Bytes + 1), 0, 0);
                if (answer.Used.Bytes + answer.Reserved.Bytes == Limit)
                {
                    consumed = answer.Granted;
                }

                spent[index] += consumed.Bytes;
                if (answer.Granted.Bytes == 0)
                {
                    await InsistAsync(store, node, ++sequence, Request(consumed, use: UsageUse.None));
                    if (answer.Used.Bytes == Limit)
                    {
                        return;
                    }

                    // Who gets nothing must not keep those who hold something from their turns.
                    await Task.Delay(1, Ct);
                    consumed = default;
                }
            }
        }
    }

    private static UsageRequest Request(
        UsageAmount consumed = default, UsageAmount wanted = default, UsageLimits limits = default, UsageUse use = UsageUse.Transfers) =>
        new() { Scope = Scope, Consumed = consumed, Wanted = wanted, Limits = limits, Use = use };

    // Whoever had no answer sends the statement again.
    private static async Task<UsageAnswer> InsistAsync(IUsageStore store, UsageNode node, long sequence, UsageRequest request)
    {
        while (true)
        {
            try
            {
                return await SettleAsync(store, node, sequence, request);
            }
            catch (DataProviderException)
            {
                Ct.ThrowIfCancellationRequested();
            }
        }
    }

    private static async Task<UsageAnswer> SettleAsync(IUsageStore store, UsageNode node, long sequence, UsageRequest request) =>
        (await store.SettleAsync(node, sequence, [request], Ct)).ShouldHaveSingleItem();
}
