using Hpc.Accounts.Stores;

namespace Hpc.Accounts.Tests.Stores;

/// <summary>What every store of users and folders does. One class per provider runs it.</summary>
public abstract class FolderStoreContract
{
    private static readonly VirtualFolder Reports = TestUsers.Folders[0];

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>One store that is both.</summary>
    protected abstract Task<(IUserStore Users, IFolderStore Folders)> OpenAsync();

    [Fact]
    public async Task A_folder_that_was_added_is_found_with_everything_it_has()
    {
        (_, IFolderStore folders) = await OpenAsync();
        foreach (VirtualFolder folder in TestUsers.Folders)
        {
            FolderStoreResult added = await folders.AddFolderAsync(folder, Ct);
            added.Outcome.ShouldBe(UserStoreOutcome.Done);
            added.Folder.ShouldBe(folder with { Version = 1 });
            (await folders.FindFolderAsync(folder.Name, Ct)).ShouldBe(folder with { Version = 1 });
        }

        (await folders.FindFolderAsync("Reports", Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task A_name_is_added_once()
    {
        (_, IFolderStore folders) = await OpenAsync();
        await folders.AddFolderAsync(Reports, Ct);
        (await folders.AddFolderAsync(Reports with { MappedPath = "/else" }, Ct)).Outcome.ShouldBe(UserStoreOutcome.AlreadyExists);
        (await folders.FindFolderAsync("reports", Ct))!.MappedPath.ShouldBe("/srv/reports");
    }

    [Fact]
    public async Task An_invalid_folder_is_not_stored_and_the_errors_say_why()
    {
        (_, IFolderStore folders) = await OpenAsync();
        VirtualFolder stored = (await folders.AddFolderAsync(Reports, Ct)).Folder!;
        FolderStoreResult added = await folders.AddFolderAsync(new VirtualFolder { Name = "b", MappedPath = "relative" }, Ct);
        FolderStoreResult updated = await folders.UpdateFolderAsync(stored with { MappedPath = "/a/.." }, Ct);
        added.Outcome.ShouldBe(UserStoreOutcome.Invalid);
        added.Errors.ShouldHaveSingleItem().Field.ShouldBe("MappedPath");
        updated.Outcome.ShouldBe(UserStoreOutcome.Invalid);
        (await folders.FindFolderAsync("b", Ct)).ShouldBeNull();
        (await folders.FindFolderAsync("reports", Ct)).ShouldBe(stored);
    }

    [Fact]
    public async Task An_update_of_an_old_version_changes_nothing()
    {
        (_, IFolderStore folders) = await OpenAsync();
        VirtualFolder first = (await folders.AddFolderAsync(Reports, Ct)).Folder!;
        FolderStoreResult second = await folders.UpdateFolderAsync(first with { Description = "second" }, Ct);
        second.Folder!.Version.ShouldBe(2);
        (await folders.UpdateFolderAsync(first with { Description = "late" }, Ct)).Outcome.ShouldBe(UserStoreOutcome.VersionConflict);
        (await folders.FindFolderAsync("reports", Ct))!.Description.ShouldBe("second");
        (await folders.UpdateFolderAsync(first with { Name = "nobody" }, Ct)).Outcome.ShouldBe(UserStoreOutcome.NotFound);
        (await folders.DeleteFolderAsync("nobody", Ct)).ShouldBe(UserStoreOutcome.NotFound);
    }

    [Fact]
    public async Task Of_many_that_update_one_version_at_once_one_succeeds()
    {
        (_, IFolderStore folders) = await OpenAsync();
        VirtualFolder first = (await folders.AddFolderAsync(Reports, Ct)).Folder!;
        FolderStoreResult[] results = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => Task.Run(() => folders.UpdateFolderAsync(first with { MappedPath = $"/{i}" }, Ct).AsTask())));
        results.Count(result => result.Outcome == UserStoreOutcome.Done).ShouldBe(1);
        results.Count(result => result.Outcome == UserStoreOutcome.VersionConflict).ShouldBe(19);
    }

    [Fact]
    public async Task Pages_are_in_the_order_of_bytes()
    {
        (_, IFolderStore folders) = await OpenAsync();
        string[] names = ["A", "B", "a", "b", "é", "\uffee", "😀"];
        foreach (string name in names.Reverse())
        {
            (await folders.AddFolderAsync(new VirtualFolder { Name = name, MappedPath = "/x" }, Ct)).Outcome.ShouldBe(UserStoreOutcome.Done, name);
        }

        var listed = new List<string>();
        while (await folders.ListFoldersAsync(listed.LastOrDefault(), 3, Ct) is { Count: > 0 } page)
        {
            page.Count.ShouldBeLessThanOrEqualTo(3);
            listed.AddRange(page.Select(folder => folder.Name));
        }

        listed.ShouldBe(names);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await folders.ListFoldersAsync(null, 0, Ct));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await folders.ListFolderUsersAsync("a", 1001, Ct));
    }

    [Fact]
    public async Task A_user_comes_with_everything_it_has_and_the_paths_of_its_folders()
    {
        (IUserStore users, _) = await OpenFullAsync();
        UserAccount expected = TestUsers.Full() with { Version = 1, Folders = Resolved("/srv/reports") };

        UserStoreResult added = await users.AddAsync(TestUsers.Full(), Ct);

        added.User.ShouldHold(expected);
        (await users.FindAsync("alice", Ct)).ShouldHold(expected);
        (await users.ListAsync(null, 10, Ct)).ShouldHaveSingleItem().ShouldHold(expected);
        UserStoreResult updated = await users.UpdateAsync(added.User!, Ct);
        updated.User.ShouldHold(expected with { Version = 2 });
    }

    [Fact]
    public async Task A_path_that_an_account_brings_for_a_folder_is_not_believed()
    {
        (IUserStore users, _) = await OpenFullAsync();
        UserAccount user = TestUsers.Full();
        await users.AddAsync(user with { Folders = [.. user.Folders.Select(mount => mount with { MappedPath = "/etc" })] }, Ct);
        (await users.FindAsync("alice", Ct))!.Folders.Select(mount => mount.MappedPath).ShouldBe(["/srv/reports", "/srv/ålbum"]);
    }

    [Fact]
    public async Task A_folder_that_moves_is_moved_for_its_users_and_their_digest_differs()
    {
        (IUserStore users, IFolderStore folders) = await OpenFullAsync();
        await users.AddAsync(TestUsers.Full(), Ct);
        UserAccount before = (await users.FindAsync("alice", Ct))!;
        long stamp = await users.GetChangeStampAsync(Ct);

        await folders.UpdateFolderAsync((await folders.FindFolderAsync("reports", Ct))! with { MappedPath = "/mnt/new" }, Ct);

        UserAccount after = (await users.FindAsync("alice", Ct))!;
        after.Folders.ShouldBe(Resolved("/mnt/new"));
        after.Version.ShouldBe(before.Version);
        UserAccountDigest.Of(after).ShouldNotBe(UserAccountDigest.Of(before));
        (await users.GetChangeStampAsync(Ct)).ShouldNotBe(stamp);
    }

    [Fact]
    public async Task A_user_with_a_folder_that_does_not_exist_is_not_stored()
    {
        (IUserStore users, IFolderStore folders) = await OpenAsync();
        await folders.AddFolderAsync(Reports, Ct);
        UserStoreResult result = await users.AddAsync(TestUsers.Full(), Ct);
        result.Outcome.ShouldBe(UserStoreOutcome.Invalid);
        result.Errors.ShouldHaveSingleItem().ToString()
            .ShouldBe("Folders[1].FolderName: found 'ålbum ✓', which is no folder; allowed is a folder that 'hpc folder list' shows; 'hpc folder add' makes one.");
        (await users.FindAsync("alice", Ct)).ShouldBeNull();

        UserAccount plain = (await users.AddAsync(TestUsers.New(), Ct)).User!;
        (await users.UpdateAsync(plain with { HomeDirectory = "/new", Folders = TestUsers.Full().Folders }, Ct)).Outcome.ShouldBe(UserStoreOutcome.Invalid);
        (await users.FindAsync("alice", Ct)).ShouldHold(plain);
        (await folders.ListFolderUsersAsync("reports", 10, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_users_of_a_folder_follow_every_change()
    {
        (IUserStore users, IFolderStore folders) = await OpenFullAsync();
        UserAccount bob = (await users.AddAsync(TestUsers.Full("bob"), Ct)).User!;
        await users.AddAsync(TestUsers.Full("alice"), Ct);
        await users.AddAsync(TestUsers.New("carl"), Ct);
        (await folders.ListFolderUsersAsync("reports", 10, Ct)).ShouldBe(["alice", "bob"]);
        (await folders.ListFolderUsersAsync("reports", 1, Ct)).ShouldBe(["alice"]);

        await users.UpdateAsync(bob with { Folders = [bob.Folders[1]] }, Ct);
        (await folders.ListFolderUsersAsync("reports", 10, Ct)).ShouldBe(["alice"]);
        (await folders.ListFolderUsersAsync("ålbum ✓", 10, Ct)).ShouldBe(["alice", "bob"]);
        await users.DeleteAsync("alice", Ct);
        (await folders.ListFolderUsersAsync("reports", 10, Ct)).ShouldBeEmpty();
        (await folders.ListFolderUsersAsync("nobody", 10, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_deleted_folder_is_gone_from_all_users_with_a_new_version()
    {
        (IUserStore users, IFolderStore folders) = await OpenFullAsync();
        UserAccount alice = (await users.AddAsync(TestUsers.Full(), Ct)).User!;
        await users.AddAsync(TestUsers.New("carl"), Ct);

        (await folders.DeleteFolderAsync("reports", Ct)).ShouldBe(UserStoreOutcome.Done);

        (await folders.FindFolderAsync("reports", Ct)).ShouldBeNull();
        UserAccount after = (await users.FindAsync("alice", Ct))!;
        after.ShouldHold(alice with { Version = 2, Folders = [alice.Folders[1]] });
        (await users.FindAsync("carl", Ct))!.Version.ShouldBe(1);
        (await users.UpdateAsync(alice, Ct)).Outcome.ShouldBe(UserStoreOutcome.VersionConflict);
        (await folders.AddFolderAsync(Reports, Ct)).Outcome.ShouldBe(UserStoreOutcome.Done);
        (await folders.ListFolderUsersAsync("reports", 10, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_change_stamp_differs_after_every_change_and_stays_without_one()
    {
        (IUserStore users, IFolderStore folders) = await OpenAsync();
        var stamps = new List<long> { await users.GetChangeStampAsync(Ct) };
        VirtualFolder added = (await folders.AddFolderAsync(Reports, Ct)).Folder!;
        stamps.Add(await users.GetChangeStampAsync(Ct));
        await folders.UpdateFolderAsync(added with { Description = "x" }, Ct);
        stamps.Add(await users.GetChangeStampAsync(Ct));
        await folders.DeleteFolderAsync("reports", Ct);
        stamps.Add(await users.GetChangeStampAsync(Ct));
        stamps.ShouldBeUnique();

        await folders.DeleteFolderAsync("reports", Ct);
        await folders.UpdateFolderAsync(added, Ct);
        await users.AddAsync(TestUsers.Full(), Ct);
        await folders.ListFoldersAsync(null, 10, Ct);
        (await users.GetChangeStampAsync(Ct)).ShouldBe(stamps[^1]);
    }

    [Fact]
    public async Task Users_that_take_a_folder_while_it_is_deleted_never_keep_it()
    {
        (IUserStore users, IFolderStore folders) = await OpenAsync();
        await folders.AddFolderAsync(Reports, Ct);
        FolderMount mount = new() { FolderName = "reports", VirtualPath = "/r" };

        Task<UserStoreResult>[] adding = [.. Enumerable.Range(0, 20).Select(i => Task.Run(() => users.AddAsync(TestUsers.New($"user{i}") with { Folders = [mount] }, Ct).AsTask()))];
        (await folders.DeleteFolderAsync("reports", Ct)).ShouldBe(UserStoreOutcome.Done);
        UserStoreResult[] results = await Task.WhenAll(adding);

        results.ShouldAllBe(result => result.Outcome == UserStoreOutcome.Done || result.Outcome == UserStoreOutcome.Invalid);
        (await users.ListAsync(null, 100, Ct)).ShouldAllBe(user => user.Folders.Count == 0);
        (await folders.ListFolderUsersAsync("reports", 100, Ct)).ShouldBeEmpty();
    }

    private static IReadOnlyList<FolderMount> Resolved(string reports)
    {
        IReadOnlyList<FolderMount> mounts = TestUsers.Full().Folders;
        return [mounts[0] with { MappedPath = reports }, mounts[1] with { MappedPath = "/srv/ålbum" }];
    }

    protected async Task<(IUserStore Users, IFolderStore Folders)> OpenFullAsync()
    {
        (IUserStore users, IFolderStore folders) = await OpenAsync();
        foreach (VirtualFolder folder in TestUsers.Folders)
        {
            (await folders.AddFolderAsync(folder, Ct)).Outcome.ShouldBe(UserStoreOutcome.Done);
        }

        return (users, folders);
    }
}
