using System.Collections.Concurrent;
using System.Text;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Sql;

namespace Hpc.Providers.Tests.Servers;

public abstract partial class ServerProviderContract
{
    [Fact]
    public async Task Connections_that_are_ended_lose_nothing_that_was_acknowledged()
    {
        SqlProviderOptions options = await NewTablesAsync();
        await using SqlDataProvider provider = await OpenedAsync(options);
        var acknowledged = new ConcurrentDictionary<string, long>();
        Task[] writers = [.. Enumerable.Range(0, 4).Select(writer => Task.Run(() => WriteAsync(provider, writer, 30, acknowledged), Ct))];
        Task all = Task.WhenAll(writers);
        DatabaseServer server = await ServerAsync();
        while (!all.IsCompleted)
        {
            await server.EndConnectionsAsync(options.Name);
        }

        await all;
        await ShouldHaveAllAsync(provider, acknowledged);
        await provider.PingAsync(Ct);
    }

    [Fact]
    public async Task A_server_that_is_killed_and_started_again_has_all_that_was_acknowledged()
    {
        await ServerAsync();
        await using DatabaseServer server = await OwnServerAsync();
        await using SqlDataProvider provider = await OpenedAsync((await server.NewDatabaseAsync()) with { ConnectTimeout = TimeSpan.FromSeconds(3) });
        var acknowledged = new ConcurrentDictionary<string, long>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        Task[] writers = [.. Enumerable.Range(0, 4).Select(writer => Task.Run(() => WriteAsync(provider, writer, int.MaxValue, acknowledged, stop.Token), Ct))];
        await UntilAsync(() => acknowledged.Count >= 40);
        await server.KillAsync();
        await Should.ThrowAsync<DataProviderException>(() => provider.PingAsync(Ct).AsTask());
        await server.StartAsync();

        // The same provider goes on.
        int before = acknowledged.Count;
        await UntilAsync(() => acknowledged.Count >= before + 10);
        await stop.CancelAsync();
        await Task.WhenAll(writers);
        await ShouldHaveAllAsync(provider, acknowledged);
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_found_to_be_done()
    {
        SqlProviderOptions options = await NewTablesAsync();
        await using (SqlDataProvider other = await OpenedAsync(options))
        {
            var observer = new LostCommit(isDone: true);
            await using SqlDataProvider provider = MakeObserved(options, observer);
            observer.Arm();
            ObjectStoreResult result = await provider.Objects.ApplyAsync([Add("ann")], Ct);
            result.Outcome.ShouldBe(ObjectStoreOutcome.Done);
            observer.Lost.ShouldBe(1);
            (await other.Objects.FindAsync(new(ObjectKind.User, "ann"), Ct)).ShouldNotBeNull().Version.ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_commit_that_never_arrived_is_made_again()
    {
        SqlProviderOptions options = await NewTablesAsync();
        await using SqlDataProvider other = await OpenedAsync(options);
        var observer = new LostCommit(isDone: false);
        await using SqlDataProvider provider = MakeObserved(options, observer);
        observer.Arm();
        ObjectStoreResult result = await provider.Objects.ApplyAsync([Set("ann", "{}")], Ct);
        (result.Outcome, observer.Lost).ShouldBe((ObjectStoreOutcome.Done, 1));
        (await other.Objects.FindAsync(new(ObjectKind.User, "ann"), Ct)).ShouldNotBeNull().Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_commit_that_cannot_be_asked_for_is_an_error_and_not_made_twice()
    {
        SqlProviderOptions options = await NewTablesAsync();
        await using SqlDataProvider other = await OpenedAsync(options);
        await other.Objects.ApplyAsync([Add("ann")], Ct);
        var observer = new LostCommit(isDone: true);
        await using SqlDataProvider provider = MakeObserved(options, observer);
        observer.Arm();
        DataProviderException exception = await Should.ThrowAsync<DataProviderException>(
            () => provider.Activity.TryAddAsync(new(ObjectKind.User, "ann"), ActivityField.UsedTokens, 1, 0, Ct).AsTask());
        exception.Message.ShouldContain("not known");
        (await other.Activity.FindAsync([new(ObjectKind.User, "ann")], Ct)).Values.ShouldBe([1]);
    }

    [Fact]
    public async Task A_node_that_stops_in_the_middle_does_not_hold_up_the_others_for_ever()
    {
        SqlProviderOptions options = await NewTablesAsync();
        await using SqlDataProvider other = await OpenedAsync(options);
        using var observer = new StuckCommit();
        await using SqlDataProvider stuck = MakeObserved(options with { StatementTimeout = TimeSpan.FromSeconds(1) }, observer);
        Task<ObjectStoreResult> waiting = Task.Run(() => stuck.Objects.ApplyAsync([Add("bob")], Ct).AsTask(), Ct);
        await observer.Reached;
        (await other.Objects.ApplyAsync([Add("ann")], Ct)).Outcome.ShouldBe(ObjectStoreOutcome.Done);

        // It comes back: its transaction is gone, which is an error or done anew, and never half done.
        observer.Release();
        try
        {
            (await waiting).Outcome.ShouldBe(ObjectStoreOutcome.Done);
            (await other.Objects.CountAsync(ObjectKind.User, null, Ct)).ShouldBe(2);
        }
        catch (DataProviderException)
        {
            (await other.Objects.CountAsync(ObjectKind.User, null, Ct)).ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_change_that_is_cancelled_while_it_waits_is_not_made()
    {
        SqlProviderOptions options = await NewTablesAsync();
        await using SqlDataProvider provider = await OpenedAsync(options);
        using var observer = new StuckCommit();
        await using SqlDataProvider first = MakeObserved(options, observer);
        Task<ObjectStoreResult> holder = Task.Run(() => first.Objects.ApplyAsync([Add("ann")], Ct).AsTask(), Ct);
        await observer.Reached;

        // Two wait for the row, the others for their turn.
        using var cancel = new CancellationTokenSource();
        Task<ObjectStoreResult>[] waiting = [.. Enumerable.Range(0, 6).Select(number => provider.Objects.ApplyAsync([Add($"user{number}")], cancel.Token).AsTask())];
        await cancel.CancelAsync();
        observer.Release();
        (await holder).Outcome.ShouldBe(ObjectStoreOutcome.Done);
        foreach (Task<ObjectStoreResult> task in waiting)
        {
            await Should.ThrowAsync<OperationCanceledException>(() => task);
        }

        (await provider.Objects.CountAsync(ObjectKind.User, null, Ct)).ShouldBe(1);
    }

    [Fact]
    public async Task A_lookup_is_one_statement()
    {
        SqlProviderOptions options = await NewTablesAsync();
        await using SqlDataProvider other = await OpenedAsync(options);
        var observer = new StatementCounter();
        await using SqlDataProvider provider = MakeObserved(options, observer);
        await provider.Objects.FindAsync(new(ObjectKind.User, "ann"), Ct);
        observer.Statements.ShouldHaveSingleItem();
        foreach (string impossible in (string[])["a\0b", "\ud800", new string('x', 256)])
        {
            (await provider.Objects.FindAsync(new(ObjectKind.User, impossible), Ct)).ShouldBeNull();
            (await provider.Ephemeral.FindAsync(impossible, Ct)).ShouldBeNull();
        }

        observer.Statements.Count.ShouldBe(1);
    }

    private static async Task UntilAsync(Func<bool> isTrue)
    {
        while (!isTrue())
        {
            await Task.Delay(10, Ct);
        }
    }

    private static async Task WriteAsync(
        SqlDataProvider provider, int writer, int count, ConcurrentDictionary<string, long> acknowledged, CancellationToken stop = default)
    {
        for (int number = 0; number < count && !stop.IsCancellationRequested; number++)
        {
            try
            {
                ObjectStoreResult result = await provider.Objects.ApplyAsync([Set($"user{writer}-{number % 50}", $$"""{"number":{{number}}}""")], Ct);
                result.Outcome.ShouldBe(ObjectStoreOutcome.Done);
                acknowledged[$"user{writer}-{number % 50} {number}"] = result.Stored[0]!.Version;
            }
            catch (DataProviderException)
            {
                // Not acknowledged: done or not.
                await Task.Delay(5, Ct);
            }
        }
    }

    private static async Task ShouldHaveAllAsync(SqlDataProvider provider, ConcurrentDictionary<string, long> acknowledged)
    {
        acknowledged.ShouldNotBeEmpty();
        foreach (IGrouping<string, KeyValuePair<string, long>> ofUser in acknowledged.GroupBy(entry => entry.Key.Split(' ')[0]))
        {
            StoredObject stored = (await provider.Objects.FindAsync(new(ObjectKind.User, ofUser.Key), Ct)).ShouldNotBeNull();
            KeyValuePair<string, long> last = ofUser.MaxBy(entry => entry.Value);
            stored.Version.ShouldBeGreaterThanOrEqualTo(last.Value);
            if (stored.Version == last.Value)
            {
                Encoding.UTF8.GetString(stored.Document.Span).ShouldBe($$"""{"number":{{last.Key.Split(' ')[1]}}}""");
            }
        }
    }
}
