using Hpc.Accounts.Usage;
using Hpc.Actors.Cluster;
using Hpc.Actors.Limits;
using Hpc.Storage;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Tests.Limits;

public sealed class DeadNodeCareTests
{
    private const long MiB = 1 << 20;
    private const long Limit = 100 * MiB;

    private static readonly UsageNode Dead = new("two", "00000002");

    private readonly HashSet<string> _members = ["one"];
    private bool _isLeader = true;
    private bool _isAway;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_dead_node_held_is_free_after_its_time_and_its_files_are_counted()
    {
        await using var nodes = new SharedNodes("one", "two");
        await DieAsync(nodes);
        nodes.Write("a", 700);
        nodes.Write(".hpc-upload.00000002-1.b", 9);
        DeadNodeCare care = CareOf(nodes);
        int looks = await LookUntilAsync(nodes, care, async () => (await nodes.RecordAsync()).Reserved.Bytes == 0);

        // Five seconds each: it is missed at the first, ended at the seventh, and its time is over at the eleventh.
        looks.ShouldBe(11);
        (await nodes.RecordAsync()).Used.ShouldBe(new UsageAmount(1, 700, 0, 0));
        nodes.Files().ShouldBe(["a"]);
        (await nodes.Shared.ListHoldersAsync(Ct)).ShouldNotContain(run => run.Id == "two");
    }

    [Fact]
    public async Task Nothing_is_ended_before_its_time_and_none_of_this_node()
    {
        await using var nodes = new SharedNodes("one", "two");
        await DieAsync(nodes);
        (await UsageFixture.TakeBytesAsync(nodes[0].Keeper.Acquire("user:bob"), 1, Limit)).ShouldBe(StorageError.None);
        DeadNodeCare care = CareOf(nodes);
        await LookAsync(nodes, care, 6);

        (await IsEndedAsync(nodes, Dead)).ShouldBeFalse();

        // A list that lacks this node is none.
        _members.Clear();
        await LookAsync(nodes, care);
        _members.Add("one");
        await LookAsync(nodes, care, 6);

        // Seen once more, and not once while nobody leads: each time it begins anew.
        _members.Add("two");
        await LookAsync(nodes, care);
        _members.Remove("two");
        await LookAsync(nodes, care, 6);

        _isLeader = false;
        await LookAsync(nodes, care);
        _isLeader = true;
        await LookAsync(nodes, care, 6);

        // Nor is a look that comes late one without a break, nor are looks that failed.
        await nodes.TickAsync(20);
        await LookAsync(nodes, care, 4);

        _isAway = true;
        await LookAsync(nodes, care, 4);

        _isAway = false;
        await LookAsync(nodes, care, 4);

        // One that fails does not matter.
        _isAway = true;
        await LookAsync(nodes, care);
        _isAway = false;
        await LookAsync(nodes, care);
        (await IsEndedAsync(nodes, Dead)).ShouldBeFalse();
        await LookAsync(nodes, care);

        (await IsEndedAsync(nodes, Dead)).ShouldBeTrue();
        (await IsEndedAsync(nodes, nodes[0].Node)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_node_that_comes_back_while_another_counts_for_it_changes_nothing_twice()
    {
        await using var nodes = new SharedNodes("one", "two");
        await DieAsync(nodes);
        nodes.Write("a", 700);
        await nodes.Shared.EndRunAsync(Dead, Ct);
        UsageFixture back = nodes.Start("two");
        UnfinishedUsage left = (await nodes.Shared.ListUnfinishedOfAsync(Dead, Ct)).Single(scope => scope.Scope == UsageFixture.Scope);
        ScriptedSharedStore store = Hold(nodes[0]);
        Task<StorageError> other = nodes[0].Keeper.FinishDeadAsync(Dead, left, nodes.Trees, Ct).AsTask();
        await nodes.UntilAsync(() => Task.FromResult(store.Correcting.Task.IsCompleted));
        (await nodes.UntilAsync(back.Keeper.RecoverAsync(nodes.Trees, Ct))).ShouldBe(0);
        store.CorrectGate!.SetResult();
        (await nodes.UntilAsync(other)).ShouldBe(StorageError.None);
        (await nodes.RecordAsync()).Used.ShouldBe(new UsageAmount(1, 700, 0, 0));
        await nodes.UntilAsync(back.Keeper.RecoverAsync(nodes.Trees, Ct));
        (await nodes.RecordAsync()).Reserved.Bytes.ShouldBe(0);
        (await nodes.RecordAsync()).Used.ShouldBe(new UsageAmount(1, 700, 0, 0));
    }

    [Fact]
    public async Task Uploads_of_a_node_that_is_back_stay_while_another_counts_for_its_dead_run()
    {
        await using var nodes = new SharedNodes("one", "two");
        await DieAsync(nodes);
        nodes.Write("a", 700);
        nodes.Write(".hpc-upload.00000002-1.b", 9);
        await nodes.Shared.EndRunAsync(Dead, Ct);
        UsageFixture back = nodes.Start("two");
        await nodes.UntilAsync(TakeAsync(back, 40));
        await nodes.TickAsync();
        nodes.Write(".hpc-upload.00000003-1.c", 40);
        (await nodes.UntilAsync(FinishDeadAsync(nodes))).ShouldBe(StorageError.None);
        nodes.Files().Order(StringComparer.Ordinal).ShouldBe([".hpc-upload.00000003-1.c", "a"]);
    }

    [Fact]
    public async Task What_a_node_that_is_back_writes_while_another_counts_for_its_dead_run_counts_once()
    {
        await using var nodes = new SharedNodes("one", "two");
        await DieAsync(nodes);
        nodes.Write("a", 700);
        await nodes.Shared.EndRunAsync(Dead, Ct);
        UsageFixture back = nodes.Start("two");
        UsageLedger writing = back.Keeper.Acquire(UsageFixture.Scope);
        (await nodes.UntilAsync(UsageFixture.TakeBytesAsync(writing, 1, 0))).ShouldBe(StorageError.None);
        writing.Bytes.Give(1);
        await nodes.TickAsync(2);

        // It is in the file and told to nobody yet.
        writing.Bytes.TryTake(50, 0).ShouldBe(TakeOutcome.Taken);
        nodes.Write("b", 50);
        int timers = nodes.Time.PendingTimers;
        Task<StorageError> finish = FinishDeadAsync(nodes);

        // Done without any wait, or looking at the figures and waiting for what others tell.
        while (!finish.IsCompleted && nodes.Time.PendingTimers < timers + 2)
        {
            Ct.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        (await nodes.UntilAsync(finish)).ShouldBe(StorageError.None);
        await nodes.TickAsync(2);
        (await nodes.RecordAsync()).Used.Bytes.ShouldBe(750);
    }

    [Fact]
    public async Task What_a_node_tells_long_after_another_has_counted_is_counted_again()
    {
        await using var nodes = new SharedNodes("one", "two");
        UsageFixture two = nodes[1];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        Task own = two.Keeper.RunAsync(nodes.Trees, stop.Token);
        nodes.Write("a", 700);
        nodes.Write("b", 300);
        (await nodes.UntilAsync(ScanAsync())).Bytes.ShouldBe(1000);
        UsageLedger ledger = two.Keeper.Acquire(UsageFixture.Scope);
        (await nodes.UntilAsync(TakeAsync(two, 1))).ShouldBe(StorageError.None);
        ledger.Bytes.Give(1);
        await nodes.TickAsync(2);

        // It is cut off, deletes a file, and tells it when another has seen that it is gone.
        two.Store.IsAway = true;
        nodes.Remove("b");
        ledger.Files.Give(1);
        ledger.Bytes.Give(300);
        (await nodes.UntilAsync(ScanAsync())).Bytes.ShouldBe(700);
        (await nodes.RecordAsync()).Used.ShouldBe(new UsageAmount(1, 700, 0, 0));
        two.Store.IsAway = false;
        await nodes.TickAsync(2);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!patience.IsCancellationRequested && (await nodes.RecordAsync()).Used.Bytes != 700)
        {
            // Counted by a loop of its own, which needs the processor as well as the clock.
            await nodes.TickAsync();
            await Task.Yield();
        }

        (await nodes.RecordAsync()).Used.ShouldBe(new UsageAmount(1, 700, 0, 0));
        await stop.CancelAsync();
        await own.ShouldThrowAsync<OperationCanceledException>();

        async Task<UsageScanReport> ScanAsync() => (await nodes[0].Keeper.ScanAsync(UsageFixture.Scope, nodes.Tree(), Ct)).Value;
    }

    [Fact]
    public async Task A_node_that_is_no_member_and_still_settles_keeps_its_uploads()
    {
        await using var nodes = new SharedNodes("one", "two");
        UsageFixture two = nodes[1];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        Task own = two.Keeper.RunAsync(nodes.Trees, stop.Token);
        UsageLedger ledger = two.Keeper.Acquire(UsageFixture.Scope);
        (await nodes.UntilAsync(TakeAsync(two, 300))).ShouldBe(StorageError.None);
        nodes.Write(".hpc-upload.00000002-1.b", 300);
        DeadNodeCare care = CareOf(nodes);
        for (int i = 0; i < 20; i++)
        {
            // It goes on writing, as far as what it holds allows at the moment.
            ledger.Bytes.TryTake(1, Limit);
            await LookAsync(nodes, care);
        }

        (await IsEndedAsync(nodes, Dead) || two.Keeper.Book.Node != Dead).ShouldBeTrue();
        nodes.Files().ShouldBe([".hpc-upload.00000002-1.b"]);
        await stop.CancelAsync();
        await own.ShouldThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_scope_that_cannot_be_counted_stays_reserved_and_is_tried_again()
    {
        await using var nodes = new SharedNodes("one", "two");
        await DieAsync(nodes);
        nodes.Write("a", 700);
        bool isMounted = false;
        var trees = new ScriptedTrees(_ => Volatile.Read(ref isMounted) ? nodes.Tree() : StorageError.IoError);
        var care = new DeadNodeCare(nodes[0].Keeper, trees, () => true, ListMembersAsync);
        await LookUntilAsync(nodes, care, () => Task.FromResult(trees.Opened.Count >= 2));
        (await nodes.RecordAsync()).Reserved.Bytes.ShouldBeGreaterThan(0);
        Volatile.Write(ref isMounted, true);
        await LookUntilAsync(nodes, care, async () => (await nodes.RecordAsync()).Reserved.Bytes == 0);
        (await nodes.RecordAsync()).Used.Bytes.ShouldBe(700);
    }

    [Fact]
    public async Task Scans_of_two_nodes_at_once_correct_once()
    {
        await using var nodes = new SharedNodes("one", "two");
        nodes.Write("a", 700);
        ScriptedSharedStore store = Hold(nodes[0]);
        Task<UsageScanReport> first = ScanAsync(0);
        await nodes.UntilAsync(() => Task.FromResult(store.Correcting.Task.IsCompleted));
        UsageScanReport second = await nodes.UntilAsync(ScanAsync(1));
        store.CorrectGate!.SetResult();
        UsageScanReport[] reports = [await nodes.UntilAsync(first), second];
        reports.ShouldAllBe(report => report.IsExact && report.Files == 1 && report.Bytes == 700);
        reports.Select(static report => report.BytesBefore).ShouldBe([700, 0]);
        (await nodes.RecordAsync()).Used.ShouldBe(new UsageAmount(1, 700, 0, 0));

        async Task<UsageScanReport> ScanAsync(int node) => (await nodes[node].Keeper.ScanAsync(UsageFixture.Scope, nodes.Tree(), Ct)).Value;
    }

    [Fact]
    public async Task What_another_node_writes_during_a_walk_is_not_counted_twice()
    {
        await using var nodes = new SharedNodes("one", "two");
        nodes.Write("a", 700);
        UsageLedger writing = nodes[1].Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(writing, 1, 0)).ShouldBe(StorageError.None);
        writing.Bytes.Give(1);
        await nodes.TickAsync(2);

        // It is in the file and told to nobody yet.
        writing.Bytes.TryTake(50, 0).ShouldBe(TakeOutcome.Taken);
        nodes.Write("b", 50);
        Task<StorageResult<UsageScanReport>> scan = nodes[0].Keeper.ScanAsync(UsageFixture.Scope, nodes.Tree(), Ct).AsTask();
        (await nodes.UntilAsync(scan)).Value.IsExact.ShouldBeTrue();
        await nodes.TickAsync(2);
        (await nodes.RecordAsync()).Used.Bytes.ShouldBe(750);
    }

    private static ScriptedSharedStore Hold(UsageFixture node)
    {
        var store = (ScriptedSharedStore)node.Store;
        store.CorrectGate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return store;
    }

    private static async Task DieAsync(SharedNodes nodes)
    {
        await nodes.TickAsync();
        (await UsageFixture.TakeBytesAsync(nodes[1].Keeper.Acquire(UsageFixture.Scope), 300, Limit)).ShouldBe(StorageError.None);
        await nodes.TickAsync();
        await nodes.KillAsync(1);
        (await nodes.RecordAsync()).Reserved.Bytes.ShouldBeGreaterThan(0);
    }

    private static Task<StorageError> TakeAsync(UsageFixture node, long amount) => UsageFixture.TakeBytesAsync(node.Keeper.Acquire(UsageFixture.Scope), amount, Limit);

    private static async Task<StorageError> FinishDeadAsync(SharedNodes nodes)
    {
        UnfinishedUsage left = (await nodes.Shared.ListUnfinishedOfAsync(Dead, Ct)).Single(scope => scope.Scope == UsageFixture.Scope);
        return await nodes[0].Keeper.FinishDeadAsync(Dead, left, nodes.Trees, Ct);
    }

    private static async Task<bool> IsEndedAsync(SharedNodes nodes, UsageNode run) => (await nodes.Shared.ListUnfinishedOfAsync(run, Ct)).Count > 0;

    private static async Task<int> LookUntilAsync(SharedNodes nodes, DeadNodeCare care, Func<Task<bool>> condition)
    {
        int looks = 0;
        while (!await condition())
        {
            Ct.ThrowIfCancellationRequested();
            await LookAsync(nodes, care);
            looks++;
        }

        return looks;
    }

    private static async Task LookAsync(SharedNodes nodes, DeadNodeCare care, int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            await nodes.TickAsync(5);

            // A look that waits for nothing takes no time.
            Task look = care.LookAsync(Ct).AsTask();
            await nodes.UntilAsync(() => Task.FromResult(look.IsCompleted));
            await look;
        }
    }

    private DeadNodeCare CareOf(SharedNodes nodes) => new(nodes[0].Keeper, nodes.Trees, () => _isLeader, ListMembersAsync);

    private ValueTask<IReadOnlyList<ClusterMember>> ListMembersAsync(CancellationToken ct) =>
        _isAway ? throw new OperationCanceledException() : new([.. _members.Select(static name => new ClusterMember(name, "1", "", DateTimeOffset.UnixEpoch, 0, IsLeader: name == "one"))]);
}
