using Hpc.Accounts.Data;
using Hpc.Accounts.Lookup;
using Hpc.Accounts.Objects;
using static Hpc.Accounts.Tests.Lookup.DirectoryFixture;

namespace Hpc.Accounts.Tests.Lookup;

public sealed class AccountDirectoryTests
{
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_user_is_read_with_one_query_once_and_stays_the_same_object(bool tellsNow)
    {
        await using DirectoryFixture fixture = await CreateAsync(tellsNow);
        await fixture.PutAsync(UserOf("alice"));
        fixture.FindNow("alice").ShouldBeNull();
        UserAccount first = await fixture.FindAsync("alice");
        UserAccount second = await fixture.FindAsync("alice");

        second.ShouldBeSameAs(first);
        fixture.FindNow("alice").ShouldBeSameAs(first);
        (fixture.Store.Finds, fixture.Store.FindsOfMany).ShouldBe((1, 0));
        first.HomeDirectory.ShouldBe("/srv/alice");
    }

    [Fact]
    public async Task Groups_and_folders_of_several_users_are_read_once()
    {
        await using DirectoryFixture fixture = await CreateAsync();
        await fixture.PutAsync(
            new Folder { Name = "f", MappedPath = "/srv/f" },
            new Group { Name = "g", UserSettings = new GroupUserSettings { MaxSessions = 3 }, VirtualFolders = [new FolderMapping { Name = "f", VirtualPath = "/f" }] },
            UserOf("alice", ("g", 1)),
            UserOf("bob", ("g", 1)));
        UserAccount alice = await fixture.FindAsync("alice");
        UserAccount bob = await fixture.FindAsync("bob");

        (alice.MaxSessions, bob.MaxSessions).ShouldBe((3, 3));
        bob.Folders.Single().MappedPath.ShouldBe("/srv/f");
        (fixture.Store.Finds, fixture.Store.FindsOfMany).ShouldBe((2, 2));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_changed_user_group_or_folder_changes_those_accounts_and_no_other(bool tellsNow)
    {
        await using DirectoryFixture fixture = await CreateAsync(tellsNow);
        var folder = new Folder { Name = "f", MappedPath = "/srv/f" };
        var group = new Group { Name = "g", VirtualFolders = [new FolderMapping { Name = "f", VirtualPath = "/f" }] };
        await fixture.PutAsync(folder, group, UserOf("alice", ("g", 1)), UserOf("bob"));
        UserAccount bob = await fixture.FindAsync("bob");
        UserAccount before = await fixture.FindAsync("alice");

        IAccountObject[] changes = [UserOf("alice", ("g", 1)) with { QuotaFiles = 1 }, group with { UserSettings = new GroupUserSettings { MaxSessions = 2 } }, folder with { MappedPath = "/srv/other" }];
        foreach (IAccountObject change in changes)
        {
            await fixture.PutAsync(change);
            fixture.Time.Advance(OneSecond * 2);
            fixture.FindNow("alice").ShouldBeNull();
            UserAccount after = await fixture.FindAsync("alice");
            after.ShouldNotBeSameAs(before);
            after.Version.ShouldBeGreaterThan(before.Version);
            before = after;
        }

        (before.QuotaFiles, before.MaxSessions, before.Folders.Single().MappedPath).ShouldBe((1, 2, "/srv/other"));
        (await fixture.FindAsync("bob")).ShouldBeSameAs(bob);
        fixture.Store.Finds.ShouldBe(5);
    }

    [Fact]
    public async Task Removed_users_are_gone_and_those_who_come_again_are_others()
    {
        await using DirectoryFixture fixture = await CreateAsync();
        await fixture.PutAsync(UserOf("alice"));
        UserAccount before = await fixture.FindAsync("alice");
        await fixture.PutAsync(ObjectChange.Delete(new ObjectKey(ObjectKind.User, "alice"), null));
        (await fixture.Directory.FindAsync("alice", CancellationToken.None)).ShouldBeNull();
        fixture.Directory.Count.ShouldBe(0);
        await fixture.PutAsync(UserOf("alice"));
        (await fixture.FindAsync("alice")).Version.ShouldBeGreaterThan(before.Version);
    }

    [Fact]
    public async Task Names_are_compared_byte_by_byte()
    {
        await using DirectoryFixture fixture = await CreateAsync();
        await fixture.PutAsync(UserOf("alice"));
        await fixture.FindAsync("alice");
        (await fixture.Directory.FindAsync("Alice", CancellationToken.None)).ShouldBeNull();
        fixture.FindNow("ALICE").ShouldBeNull();
    }

    [Fact]
    public async Task Without_a_stamp_of_now_nothing_is_told_that_was_not_confirmed_within_a_second()
    {
        await using DirectoryFixture fixture = await CreateAsync(tellsNow: false);
        await fixture.PutAsync(UserOf("alice"));
        UserAccount account = await fixture.FindAsync("alice");
        fixture.Time.Advance(OneSecond);
        fixture.FindNow("alice").ShouldBeSameAs(account);
        fixture.Time.Advance(TimeSpan.FromTicks(1));
        fixture.FindNow("alice").ShouldBeNull();

        (await fixture.FindAsync("alice")).ShouldBeSameAs(account);
        (fixture.Store.Finds, fixture.Store.ChangeLists).ShouldBe((1, 1));
        fixture.FindNow("alice").ShouldBeSameAs(account);
    }

    [Fact]
    public async Task A_store_that_told_its_stamp_once_is_not_believed_for_a_second_when_it_does_not()
    {
        await using DirectoryFixture fixture = await CreateAsync();
        await fixture.PutAsync(UserOf("alice"));
        await fixture.FindAsync("alice");
        fixture.FindNow("alice").ShouldNotBeNull();
        fixture.Store.TellsNow = false;
        fixture.FindNow("alice").ShouldBeNull();
    }

    [Fact]
    public async Task A_store_that_has_to_be_asked_now_and_then_is_asked_once_and_tells_its_stamp_again()
    {
        await using DirectoryFixture fixture = await CreateAsync();
        await fixture.PutAsync(UserOf("alice"));
        UserAccount account = await fixture.FindAsync("alice");
        fixture.Store.NeedsToBeAsked = true;
        (await fixture.FindAsync("alice")).ShouldBeSameAs(account);
        fixture.FindNow("alice").ShouldBeSameAs(account);
        await fixture.FindAsync("alice");
        (fixture.Store.Finds, fixture.Store.ChangeLists).ShouldBe((1, 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_this_process_changed_is_in_force_when_it_was_told(bool tellsNow)
    {
        await using DirectoryFixture fixture = await CreateAsync(tellsNow);
        await fixture.PutAsync(UserOf("alice"));
        await fixture.FindAsync("alice");
        await fixture.PutAsync(UserOf("alice") with { Status = 0 });
        await fixture.Directory.ChangedAsync([new ObjectKey(ObjectKind.User, "alice")], CancellationToken.None);

        fixture.FindNow("alice").ShouldBeNull();
        UserAccount account = await fixture.FindAsync("alice");
        account.IsEnabled.ShouldBeFalse();
        fixture.Time.Advance(OneSecond * 2);
        (await fixture.FindAsync("alice")).ShouldBeSameAs(account);
        fixture.Store.Finds.ShouldBe(2);
    }

    [Fact]
    public async Task Being_told_of_a_change_does_not_throw_where_the_store_does()
    {
        await using DirectoryFixture fixture = await CreateAsync(tellsNow: false);
        await fixture.PutAsync(UserOf("alice"));
        await fixture.FindAsync("alice");
        fixture.Store.Fault = new DataProviderException("away");
        await fixture.Directory.ChangedAsync([new ObjectKey(ObjectKind.User, "alice")], CancellationToken.None);
        fixture.FindNow("alice").ShouldBeNull();
        fixture.Log.Lines.ShouldHaveSingleItem();
        await Should.ThrowAsync<DataProviderException>(async () => await fixture.Directory.FindAsync("alice", CancellationToken.None));
    }

    [Fact]
    public async Task What_changed_while_it_was_read_is_not_kept()
    {
        await using DirectoryFixture fixture = await CreateAsync(tellsNow: false);
        await fixture.PutAsync(UserOf("alice"));
        fixture.Store.AfterFind = async _ =>
        {
            fixture.Store.AfterFind = null;
            await fixture.PutAsync(UserOf("alice") with { QuotaFiles = 9 });
            await fixture.Directory.ChangedAsync([new ObjectKey(ObjectKind.User, "alice")], CancellationToken.None);
        };

        (await fixture.FindAsync("alice")).QuotaFiles.ShouldBe(0);
        (await fixture.FindAsync("alice")).QuotaFiles.ShouldBe(9);
    }

    [Fact]
    public async Task A_user_and_a_group_that_changed_together_are_read_together()
    {
        await using DirectoryFixture fixture = await CreateAsync(tellsNow: false);
        await fixture.PutAsync(new Group { Name = "g", UserSettings = new GroupUserSettings { MaxSessions = 1 } }, UserOf("alice", ("g", 1)), UserOf("bob", ("g", 1)));
        await fixture.FindAsync("alice");
        await fixture.PutAsync(new Group { Name = "g", UserSettings = new GroupUserSettings { MaxSessions = 2 } }, UserOf("bob", ("g", 1)) with { QuotaFiles = 7 });

        // The group is still believed to be the old one; the user is newer than that.
        UserAccount bob = await fixture.FindAsync("bob");
        (bob.QuotaFiles, bob.MaxSessions).ShouldBe((7, 2));
    }

    [Fact]
    public async Task When_a_store_does_not_know_what_changed_everything_is_read_again_and_stays_the_same_object_where_it_is()
    {
        await using DirectoryFixture fixture = await CreateAsync();
        await fixture.PutAsync(UserOf("alice"), UserOf("bob"));
        UserAccount alice = await fixture.FindAsync("alice");
        fixture.Store.ForgetsChanges = true;
        await fixture.PutAsync(UserOf("bob"));
        fixture.FindNow("alice").ShouldBeNull();
        (await fixture.FindAsync("alice")).ShouldBeSameAs(alice);
        fixture.Store.Finds.ShouldBe(2);
    }

    [Fact]
    public async Task The_account_that_was_used_longest_ago_goes_when_the_table_is_full()
    {
        await using DirectoryFixture fixture = await CreateAsync(options: new AccountDirectoryOptions { Capacity = 2 });
        await fixture.PutAsync(UserOf("a"), UserOf("b"), UserOf("c"));
        await fixture.FindAsync("a");
        await fixture.FindAsync("b");
        await fixture.FindAsync("a");
        await fixture.FindAsync("c");

        fixture.Directory.Count.ShouldBe(2);
        (fixture.FindNow("a") is null, fixture.FindNow("b") is null, fixture.FindNow("c") is null).ShouldBe((false, true, false));
    }

    [Fact]
    public async Task Large_accounts_fill_the_table_by_their_size()
    {
        await using DirectoryFixture fixture = await CreateAsync(options: new AccountDirectoryOptions { MaxBytes = 20_000 });
        await fixture.PutAsync([.. Enumerable.Range(0, 10).Select(i => UserOf($"u{i}") with { Description = new string('x', 9_000) })]);
        for (int i = 0; i < 10; i++)
        {
            await fixture.FindAsync($"u{i}");
        }

        fixture.Directory.Count.ShouldBeLessThan(3);
    }

    [Fact]
    public async Task Who_looks_up_while_the_store_is_asked_waits_for_the_next_answer_together()
    {
        await using DirectoryFixture fixture = await CreateAsync(tellsNow: false);
        await fixture.PutAsync([.. Enumerable.Range(0, 50).Select(i => UserOf($"u{i}"))]);
        await fixture.FindAsync("u0");
        fixture.Time.Advance(OneSecond * 2);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Store.BeforeChanges = () => gate.Task;
        Task<UserAccount>[] all = [.. Enumerable.Range(0, 50).Select(i => fixture.FindAsync($"u{i}"))];
        gate.SetResult();
        await Task.WhenAll(all);
        fixture.Store.ChangeLists.ShouldBeLessThan(4);
    }

    [Fact]
    public async Task A_failure_of_the_store_fails_all_who_waited_for_it_and_is_over_with_the_next_question()
    {
        await using DirectoryFixture fixture = await CreateAsync(tellsNow: false);
        await fixture.PutAsync(UserOf("alice"));
        await fixture.FindAsync("alice");
        fixture.Time.Advance(OneSecond * 2);
        fixture.Store.Fault = new DataProviderException("away");
        for (int i = 0; i < 3; i++)
        {
            await Should.ThrowAsync<DataProviderException>(() => fixture.FindAsync("alice"));
        }

        fixture.Store.Fault = null;
        await fixture.FindAsync("alice");
    }

    [Fact]
    public async Task The_change_stamp_is_another_one_after_a_change_of_anybody()
    {
        foreach (bool tellsNow in new[] { true, false })
        {
            await using DirectoryFixture fixture = await CreateAsync(tellsNow);
            long first = await fixture.Directory.GetChangeStampAsync(CancellationToken.None);
            (await fixture.Directory.GetChangeStampAsync(CancellationToken.None)).ShouldBe(first);
            await fixture.PutAsync(UserOf("alice"));
            (await fixture.Directory.GetChangeStampAsync(CancellationToken.None)).ShouldNotBe(first);
        }
    }

    [Fact]
    public async Task A_poll_confirms_what_is_in_memory_without_anybody_waiting()
    {
        await using DirectoryFixture fixture = await CreateAsync(tellsNow: false);
        await fixture.PutAsync(UserOf("alice"));
        fixture.Directory.Start();
        UserAccount account = await fixture.FindAsync("alice");
        for (int i = 1; i <= 5; i++)
        {
            var polled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            fixture.Store.BeforeChanges = () =>
            {
                polled.TrySetResult();
                return Task.CompletedTask;
            };
            fixture.Time.Advance(TimeSpan.FromMilliseconds(500));
            await polled.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

            // The turn is free once the look is over.
            await fixture.Directory.Feed.CatchUpAsync(CancellationToken.None);
            fixture.FindNow("alice").ShouldBeSameAs(account);
        }

        fixture.Store.Finds.ShouldBe(1);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"username":"bob"}""")]
    [InlineData("""{"username":"alice","status":"one"}""")]
    [InlineData("""{"username":"alice","status":1,"permissions":{"/":null}}""")]
    [InlineData("""{"username":"alice","status":1,"groups":[null]}""")]
    [InlineData("""{"username":"alice","status":1,"quota_size":-5}""")]
    [InlineData("""{"username":"alice","status":1,"groups":[{"name":"gone","type":1}]}""")]
    [InlineData("""{"username":"alice","status":1,"groups":[{"name":"broken","type":2}]}""")]
    public async Task A_user_who_cannot_be_read_cannot_log_in_and_harms_nobody_else(string json)
    {
        await using DirectoryFixture fixture = await CreateAsync();
        await fixture.PutAsync(UserOf("bob"));
        await fixture.PutRawAsync(ObjectKind.Group, "broken", "{");
        await fixture.PutRawAsync(ObjectKind.User, "alice", json);

        (await fixture.Directory.FindAsync("alice", CancellationToken.None)).ShouldBeNull();
        fixture.Log.Lines.ShouldContain(line => line.Contains("alice", StringComparison.Ordinal));
        await fixture.FindAsync("bob");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_read_is_a_mount_without_a_directory()
    {
        await using DirectoryFixture fixture = await CreateAsync();
        await fixture.PutRawAsync(ObjectKind.Folder, "f", "{");
        await fixture.PutAsync(UserOf("alice") with { VirtualFolders = [new FolderMapping { Name = "f", VirtualPath = "/f" }] });
        (await fixture.FindAsync("alice")).Folders.Single().MappedPath.ShouldBeNull();
        fixture.Log.Lines.ShouldContain(line => line.Contains("Folder f", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Look_ups_and_changes_at_once_never_end_with_an_old_account()
    {
        await using DirectoryFixture fixture = await CreateAsync();
        await fixture.PutAsync(new Group { Name = "g" }, UserOf("alice", ("g", 1)));
        int committed = 0;
        using var stop = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                int least = Volatile.Read(ref committed);
                UserAccount account = await fixture.FindAsync("alice");
                account.MaxSessions.ShouldBeGreaterThanOrEqualTo(least);
                least = Volatile.Read(ref committed);
                (fixture.FindNow("alice")?.MaxSessions ?? int.MaxValue).ShouldBeGreaterThanOrEqualTo(least);
            }
        }))];
        for (int i = 1; i <= 500; i++)
        {
            await fixture.PutAsync(new Group { Name = "g", UserSettings = new GroupUserSettings { MaxSessions = i } });
            Volatile.Write(ref committed, i);
            await Task.Yield();
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        (await fixture.FindAsync("alice")).MaxSessions.ShouldBe(500);
    }
}
