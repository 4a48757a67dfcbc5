using Hpc.Accounts.Stores;
using Hpc.Crypto.Keys;

namespace Hpc.Accounts.Tests.Stores;

/// <summary>What every user store does. One class per provider runs it.</summary>
public abstract class UserStoreContract
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract Task<IUserStore> OpenAsync();

    [Fact]
    public async Task A_user_that_was_added_is_found_with_everything_it_has()
    {
        IUserStore store = await OpenAsync();
        using SshPrivateKey key = TestUsers.NewKey();
        UserAccount user = TestUsers.New("ålice ✓", "secret") with
        {
            PublicKeys = [TestUsers.LineOf(key), $"from=\"10.0.0.0/8\" {TestUsers.LineOf(key)}"],
            IsEnabled = false,
            ExpiresAt = new DateTimeOffset(2031, 2, 3, 4, 5, 6, 789, TimeSpan.Zero),
            Permissions = ["list", "download"],
        };

        UserStoreResult added = await store.AddAsync(user, Ct);
        UserAccount? found = await store.FindAsync("ålice ✓", Ct);

        added.Outcome.ShouldBe(UserStoreOutcome.Done);
        added.User!.Version.ShouldBe(1);
        found.ShouldNotBeNull();
        found.UserName.ShouldBe(user.UserName);
        found.HomeDirectory.ShouldBe(user.HomeDirectory);
        found.PasswordHash.ShouldBe(user.PasswordHash);
        found.PublicKeys.ShouldBe(user.PublicKeys);
        found.IsEnabled.ShouldBeFalse();
        found.ExpiresAt.ShouldBe(user.ExpiresAt);
        found.Permissions.ShouldBe(user.Permissions);
        found.Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_user_without_password_keys_and_expiry_is_found_so()
    {
        IUserStore store = await OpenAsync();
        await store.AddAsync(TestUsers.New(), Ct);

        UserAccount found = (await store.FindAsync("alice", Ct)).ShouldNotBeNull();

        found.PasswordHash.ShouldBeNull();
        found.PublicKeys.ShouldBeEmpty();
        found.ExpiresAt.ShouldBeNull();
        found.IsEnabled.ShouldBeTrue();
    }

    [Theory]
    [InlineData("Alice")]
    [InlineData("alice ")]
    [InlineData(" alice")]
    [InlineData("al%")]
    [InlineData("alic_")]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("' OR '1'='1")]
    [InlineData("alice'; DROP TABLE users; --")]
    [InlineData("alice\0")]
    [InlineData("/")]
    public async Task Only_the_exact_name_is_found(string name)
    {
        IUserStore store = await OpenAsync();
        await store.AddAsync(TestUsers.New(), Ct);

        (await store.FindAsync(name, Ct)).ShouldBeNull();
        (await store.FindAsync("alice", Ct)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Names_that_differ_in_their_normalisation_are_two_users()
    {
        IUserStore store = await OpenAsync();
        (await store.AddAsync(TestUsers.New("caf\u00e9"), Ct)).Outcome.ShouldBe(UserStoreOutcome.Done);
        (await store.FindAsync("cafe\u0301", Ct)).ShouldBeNull();
        (await store.AddAsync(TestUsers.New("cafe\u0301"), Ct)).Outcome.ShouldBe(UserStoreOutcome.Done);
    }

    [Fact]
    public async Task A_name_is_added_once()
    {
        IUserStore store = await OpenAsync();
        await store.AddAsync(TestUsers.New(password: "first"), Ct);

        UserStoreResult second = await store.AddAsync(TestUsers.New(password: "second"), Ct);

        second.Outcome.ShouldBe(UserStoreOutcome.AlreadyExists);
        second.User.ShouldBeNull();
        (await store.FindAsync("alice", Ct))!.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_that_add_one_name_at_once_one_succeeds()
    {
        IUserStore store = await OpenAsync();

        UserStoreResult[] results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => store.AddAsync(TestUsers.New(), Ct).AsTask())));

        results.Count(result => result.Outcome == UserStoreOutcome.Done).ShouldBe(1);
        results.Count(result => result.Outcome == UserStoreOutcome.AlreadyExists).ShouldBe(19);
    }

    [Fact]
    public async Task An_update_raises_the_version_and_replaces_the_user()
    {
        IUserStore store = await OpenAsync();
        UserAccount first = (await store.AddAsync(TestUsers.New(), Ct)).User!;

        UserStoreResult result = await store.UpdateAsync(first with { HomeDirectory = "/elsewhere", IsEnabled = false }, Ct);

        result.Outcome.ShouldBe(UserStoreOutcome.Done);
        result.User!.Version.ShouldBe(2);
        UserAccount found = (await store.FindAsync("alice", Ct)).ShouldNotBeNull();
        found.HomeDirectory.ShouldBe("/elsewhere");
        found.IsEnabled.ShouldBeFalse();
        found.Version.ShouldBe(2);
    }

    [Fact]
    public async Task An_update_of_an_old_version_changes_nothing()
    {
        IUserStore store = await OpenAsync();
        UserAccount first = (await store.AddAsync(TestUsers.New(), Ct)).User!;
        await store.UpdateAsync(first with { HomeDirectory = "/second" }, Ct);

        UserStoreResult result = await store.UpdateAsync(first with { HomeDirectory = "/late" }, Ct);

        result.Outcome.ShouldBe(UserStoreOutcome.VersionConflict);
        (await store.FindAsync("alice", Ct))!.HomeDirectory.ShouldBe("/second");
    }

    [Fact]
    public async Task Of_many_that_update_one_version_at_once_one_succeeds()
    {
        IUserStore store = await OpenAsync();
        UserAccount first = (await store.AddAsync(TestUsers.New(), Ct)).User!;

        UserStoreResult[] results = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => Task.Run(() => store.UpdateAsync(first with { HomeDirectory = $"/{i}" }, Ct).AsTask())));

        results.Count(result => result.Outcome == UserStoreOutcome.Done).ShouldBe(1);
        results.Count(result => result.Outcome == UserStoreOutcome.VersionConflict).ShouldBe(19);
        (await store.FindAsync("alice", Ct))!.HomeDirectory.ShouldBe(results.Single(result => result.User is not null).User!.HomeDirectory);
    }

    [Fact]
    public async Task A_user_that_is_not_there_is_neither_updated_nor_deleted()
    {
        IUserStore store = await OpenAsync();
        (await store.UpdateAsync(TestUsers.New() with { Version = 1 }, Ct)).Outcome.ShouldBe(UserStoreOutcome.NotFound);
        (await store.DeleteAsync("alice", Ct)).ShouldBe(UserStoreOutcome.NotFound);
    }

    [Fact]
    public async Task A_deleted_user_is_gone_and_may_come_back_as_a_new_one()
    {
        IUserStore store = await OpenAsync();
        UserAccount first = (await store.AddAsync(TestUsers.New(), Ct)).User!;
        await store.UpdateAsync(first, Ct);

        (await store.DeleteAsync("alice", Ct)).ShouldBe(UserStoreOutcome.Done);

        (await store.FindAsync("alice", Ct)).ShouldBeNull();
        (await store.AddAsync(TestUsers.New(), Ct)).User!.Version.ShouldBe(1);
    }

    [Fact]
    public async Task An_invalid_account_is_not_stored_and_the_errors_say_why()
    {
        IUserStore store = await OpenAsync();
        UserAccount good = (await store.AddAsync(TestUsers.New(), Ct)).User!;

        UserStoreResult added = await store.AddAsync(TestUsers.New("bob") with { HomeDirectory = "relative" }, Ct);
        UserStoreResult updated = await store.UpdateAsync(good with { Permissions = ["fly"] }, Ct);

        added.Outcome.ShouldBe(UserStoreOutcome.Invalid);
        added.Errors.ShouldHaveSingleItem().Field.ShouldBe("HomeDirectory");
        (await store.FindAsync("bob", Ct)).ShouldBeNull();
        updated.Outcome.ShouldBe(UserStoreOutcome.Invalid);
        (await store.FindAsync("alice", Ct))!.Permissions.ShouldBe(["*"]);
    }

    [Fact]
    public async Task Users_are_listed_in_pages_in_the_order_of_their_bytes()
    {
        IUserStore store = await OpenAsync();
        string[] names = ["B", "a", "a b", "aa", "z", "é", "\ufb00", "\U0001f600"];
        foreach (string name in names.Reverse())
        {
            (await store.AddAsync(TestUsers.New(name), Ct)).Outcome.ShouldBe(UserStoreOutcome.Done);
        }

        var listed = new List<string>();
        string? after = null;
        while (await store.ListAsync(after, 3, Ct) is { Count: > 0 } page)
        {
            page.Count.ShouldBeLessThanOrEqualTo(3);
            listed.AddRange(page.Select(user => user.UserName));
            after = listed[^1];
        }

        listed.ShouldBe(names);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public async Task A_page_is_bounded(int limit)
    {
        IUserStore store = await OpenAsync();
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await store.ListAsync(null, limit, Ct));
    }

    [Fact]
    public async Task A_list_that_its_owner_changes_afterwards_changes_no_account()
    {
        IUserStore store = await OpenAsync();
        var permissions = new List<string> { "list" };
        await store.AddAsync(TestUsers.New() with { Permissions = permissions }, Ct);

        permissions[0] = "*";

        (await store.FindAsync("alice", Ct))!.Permissions.ShouldBe(["list"]);
    }

    [Fact]
    public async Task The_change_stamp_differs_after_every_change()
    {
        IUserStore store = await OpenAsync();
        var stamps = new List<long> { await store.GetChangeStampAsync(Ct) };

        UserAccount added = (await store.AddAsync(TestUsers.New(), Ct)).User!;
        stamps.Add(await store.GetChangeStampAsync(Ct));
        await store.UpdateAsync(added with { IsEnabled = false }, Ct);
        stamps.Add(await store.GetChangeStampAsync(Ct));
        await store.DeleteAsync("alice", Ct);
        stamps.Add(await store.GetChangeStampAsync(Ct));

        stamps.ShouldBeUnique();
    }

    [Fact]
    public async Task The_change_stamp_stays_while_nothing_changes()
    {
        IUserStore store = await OpenAsync();
        await store.AddAsync(TestUsers.New(), Ct);
        long before = await store.GetChangeStampAsync(Ct);

        await store.FindAsync("alice", Ct);
        await store.ListAsync(null, 10, Ct);
        await store.AddAsync(TestUsers.New(), Ct);
        await store.DeleteAsync("nobody", Ct);

        (await store.GetChangeStampAsync(Ct)).ShouldBe(before);
    }

    [Fact]
    public async Task A_cancelled_call_does_nothing()
    {
        IUserStore store = await OpenAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await store.AddAsync(TestUsers.New(), new CancellationToken(canceled: true)));
        (await store.FindAsync("alice", Ct)).ShouldBeNull();
    }
}
