using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Hpc.Accounts;
using Hpc.Accounts.Data;
using Hpc.Accounts.Lookup;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Accounts.Sessions;
using Hpc.Accounts.Sqlite;
using Hpc.Accounts.Usage;
using Hpc.Server.Cli.Access;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Server.Provision;
using Hpc.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Hpc.Server.Tests.Hosting.AccountsFixture;

namespace Hpc.Server.Tests.Hosting;

/// <summary>What becomes of open sessions when others change their accounts, or an account expires.</summary>
public sealed class AccountWatchTests : IAsyncDisposable
{
    private readonly AccountsFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private AccountChanges Watch => _fixture.Changes;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_change_is_in_force_after_the_next_look()
    {
        SessionGrant changed = await _fixture.OpenAsync(await _fixture.AddAsync(New("ann")));
        SessionGrant disabled = await _fixture.OpenAsync(await _fixture.AddAsync(New("bob")));
        SessionGrant removed = await _fixture.OpenAsync(await _fixture.AddAsync(New("eve")));
        await Watch.CheckAsync(Ct);
        await _fixture.StoreAsync("ann", user => user with { Permissions = ["list"] });
        await _fixture.StoreAsync("bob", user => user with { IsEnabled = false });
        await _fixture.Users.DeleteAsync("eve", Ct);
        (await MayMakeAsync(changed, "/a")).ShouldBeTrue();
        await Watch.CheckAsync(Ct);
        (await MayMakeAsync(changed, "/b")).ShouldBeFalse();
        changed.Ended.IsCancellationRequested.ShouldBeFalse();
        disabled.EndReason.ShouldBe(SessionEndReason.AccountChanged);
        removed.EndReason.ShouldBe(SessionEndReason.AccountChanged);
    }

    [Fact]
    public async Task A_session_opened_with_what_the_login_read_before_the_change_ends_though_nothing_changes_afterwards()
    {
        UserAccount before = await _fixture.AddAsync(New("ann"));
        await _fixture.StoreAsync("ann", user => user with { IsEnabled = false });
        await Watch.CheckAsync(Ct);
        SessionGrant late = await _fixture.OpenAsync(before);
        await Watch.CheckAsync(Ct);
        late.EndReason.ShouldBe(SessionEndReason.AccountChanged);
    }

    [Fact]
    public async Task An_expiry_ends_sessions_when_its_time_comes_and_not_before()
    {
        SessionGrant grant = await _fixture.OpenAsync(await _fixture.AddAsync(New("ann") with { ExpiresAt = _fixture.Time.GetUtcNow().AddMinutes(1) }));
        SessionGrant later = await _fixture.OpenAsync(await _fixture.AddAsync(New("bob") with { ExpiresAt = _fixture.Time.GetUtcNow().AddMinutes(2) }));
        _fixture.Time.Advance(TimeSpan.FromSeconds(59));
        await Watch.CheckAsync(Ct);
        grant.Ended.IsCancellationRequested.ShouldBeFalse();
        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await Watch.CheckAsync(Ct);
        grant.EndReason.ShouldBe(SessionEndReason.AccountChanged);
        later.Ended.IsCancellationRequested.ShouldBeFalse();
        _fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await Watch.CheckAsync(Ct);
        later.EndReason.ShouldBe(SessionEndReason.AccountChanged);
    }

    [Fact]
    public async Task Accounts_are_looked_up_once_for_each_session_and_then_only_after_a_change()
    {
        await _fixture.OpenAsync(await _fixture.AddAsync(New("ann")));
        int before = _fixture.Users.Lookups;
        for (int i = 0; i < 5; i++)
        {
            await Watch.CheckAsync(Ct);
        }

        (_fixture.Users.Lookups - before).ShouldBe(1);
        await _fixture.AddAsync(New("bob"));
        await Watch.CheckAsync(Ct);
        (_fixture.Users.Lookups - before).ShouldBe(2);
    }

    [Fact]
    public async Task A_store_that_fails_ends_nobody_and_is_asked_again()
    {
        SessionGrant grant = await _fixture.OpenAsync(await _fixture.AddAsync(New("ann")));
        await Watch.CheckAsync(Ct);
        await _fixture.StoreAsync("ann", user => user with { IsEnabled = false });
        _fixture.Users.IsBroken = true;
        await Watch.CheckAsync(Ct);
        await Watch.CheckAsync(Ct);
        grant.Ended.IsCancellationRequested.ShouldBeFalse();
        Watch.Failures.ShouldBe(2);
        _fixture.Users.IsBroken = false;
        await Watch.CheckAsync(Ct);
        grant.EndReason.ShouldBe(SessionEndReason.AccountChanged);
    }

    [Fact]
    public async Task An_account_that_cannot_be_read_holds_up_no_other()
    {
        SessionGrant ofAnn = await _fixture.OpenAsync(await _fixture.AddAsync(New("ann")));
        SessionGrant ofBob = await _fixture.OpenAsync(await _fixture.AddAsync(New("bob")));
        await _fixture.StoreAsync("ann", user => user with { IsEnabled = false });
        await _fixture.StoreAsync("bob", user => user with { IsEnabled = false });
        _fixture.Users.UnreadableUser = "ann";
        await Watch.CheckAsync(Ct);
        ofAnn.Ended.IsCancellationRequested.ShouldBeFalse();
        ofBob.EndReason.ShouldBe(SessionEndReason.AccountChanged);
        Watch.Failures.ShouldBe(1);
        _fixture.Users.UnreadableUser = null;
        await Watch.CheckAsync(Ct);
        ofAnn.EndReason.ShouldBe(SessionEndReason.AccountChanged);
    }

    [Fact]
    public async Task The_watch_looks_once_a_second_until_it_is_disposed()
    {
        SessionGrant grant = await _fixture.OpenAsync(await _fixture.AddAsync(New("ann")));
        Watch.Start();
        await _fixture.StoreAsync("ann", user => user with { IsEnabled = false });
        grant.Ended.IsCancellationRequested.ShouldBeFalse();
        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await EndAsync(grant);
        await Watch.DisposeAsync();
    }

    [Fact]
    public async Task A_change_made_through_another_store_of_the_same_database_is_in_force()
    {
        using var directory = new TemporaryDirectory();
        await using AccountStack stack = await OpenAsync(directory.Path);
        await using var client = new DirectAccountClient(await OpenAsync(directory.Path), null);
        var command = new CliStore(client);
        AccountDirectory server = stack.Directory;
        await using var watch = new AccountChanges(server, _fixture.Gate, _fixture.Time, NullLogger.Instance);
        UserAccount before = (await command.AddAsync(New("ann"), UserEdit.None, Ct)).User.ShouldNotBeNull();
        SessionGrant grant = await _fixture.OpenAsync((await server.FindAsync("ann", Ct))!);
        await watch.CheckAsync(Ct);
        grant.Ended.IsCancellationRequested.ShouldBeFalse();

        before = (await command.UpdateAsync(before with { Permissions = ["list"] }, UserEdit.None, Ct)).User.ShouldNotBeNull();
        await watch.CheckAsync(Ct);
        grant.Ended.IsCancellationRequested.ShouldBeFalse();
        (await MayMakeAsync(grant, "/d")).ShouldBeFalse();

        await command.UpdateAsync(before with { IsEnabled = false }, UserEdit.None, Ct);
        await watch.CheckAsync(Ct);
        grant.EndReason.ShouldBe(SessionEndReason.AccountChanged);
    }

    [Fact]
    public async Task Only_accounts_that_changed_are_looked_at()
    {
        using var directory = new TemporaryDirectory();
        await using AccountStack stack = await OpenAsync(directory.Path);
        var looks = new CountedDirectory(stack.Directory);
        await using var watch = new AccountChanges(looks, _fixture.Gate, _fixture.Time, NullLogger.Instance);
        await stack.Services.Groups.AddAsync(new Group { Name = "staff" }, ChangeContext.Operator, Ct);
        var grants = new List<SessionGrant>();
        foreach (string name in (string[])["ann", "bob", "eve"])
        {
            User user = UserObjects.Apply(new User(), New(name), null);
            user = name == "eve" ? user with { Groups = [new GroupMapping { Name = "staff", Type = 1 }] } : user;
            (await stack.Services.Users.AddAsync(user, ChangeContext.Operator, Ct)).Status.ShouldBe(ObjectStatus.Done);
            grants.Add(await _fixture.OpenAsync((await stack.Directory.FindAsync(name, Ct))!));
        }

        await watch.CheckAsync(Ct);
        looks.Take().ShouldBe(["ann", "bob", "eve"], ignoreOrder: true);
        await stack.Services.Roles.AddAsync(new Role { Name = "north" }, ChangeContext.Operator, Ct);
        await watch.CheckAsync(Ct);
        looks.Take().ShouldBeEmpty();

        Versioned<User> bob = (await stack.Services.Users.FindAsync("bob", ChangeContext.Operator, Ct))!;
        await stack.Services.Users.UpdateAsync("bob", bob.Value with { Status = 0 }, bob.Version, ChangeContext.Operator, Ct);
        await watch.CheckAsync(Ct);
        looks.Take().Distinct().ShouldBe(["bob"]);
        grants[1].EndReason.ShouldBe(SessionEndReason.AccountChanged);

        Versioned<Group> staff = (await stack.Services.Groups.FindAsync("staff", ChangeContext.Operator, Ct))!;
        await stack.Services.Groups.UpdateAsync("staff", staff.Value with { UserSettings = staff.Value.UserSettings with { QuotaFiles = 7 } }, staff.Version, ChangeContext.Operator, Ct);
        await watch.CheckAsync(Ct);
        looks.Take().Distinct().ShouldBe(["eve"]);
    }

    [Fact]
    public async Task A_database_that_is_replaced_by_another_ends_the_sessions_of_users_whom_that_does_not_have()
    {
        using var directory = new TemporaryDirectory();
        await using AccountStack stack = await OpenAsync(directory.Path);
        await using var provider = new SqliteDataProvider(directory["hpc.db"], _fixture.Time);
        await provider.OpenAsync(SchemaUpdate.Never, Ct);
        using var server = new AccountDirectory(provider.Objects, new AccountDirectoryOptions(), _fixture.Time, NullLoggerFactory.Instance);
        await using var watch = new AccountChanges(server, _fixture.Gate, _fixture.Time, NullLogger.Instance);
        (await stack.Services.Users.AddAsync(UserObjects.Apply(new User(), New("ann"), null), ChangeContext.Operator, Ct)).Status.ShouldBe(ObjectStatus.Done);
        SessionGrant grant = await _fixture.OpenAsync((await server.FindAsync("ann", Ct))!);
        await watch.CheckAsync(Ct);
        server.TryFindNow("ann", out _).ShouldBeTrue();

        await (await OpenAsync(directory["copy"])).DisposeAsync();
        File.Delete(directory["hpc.db-wal"]);
        File.Delete(directory["hpc.db-shm"]);
        File.Move(directory["copy/hpc.db"], directory["hpc.db"], overwrite: true);

        // So often the file is looked at.
        _fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await watch.CheckAsync(Ct);

        grant.EndReason.ShouldBe(SessionEndReason.AccountChanged);
        server.TryFindNow("ann", out _).ShouldBeFalse();
        watch.Failures.ShouldBe(0);
    }

    private static async Task<AccountStack> OpenAsync(string path)
    {
        var options = new HpcOptions { DataDirectory = path };
        var directory = new DataDirectory(options);
        directory.Create();
        return await AccountStack.OpenAsync(options, directory, new MemoryUsageStore(TimeProvider.System), NullLoggerFactory.Instance, Ct);
    }

    private static async Task EndAsync(SessionGrant grant)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = grant.Ended.Register(ended.SetResult);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20), Ct);
    }

    /// <summary>Remembers whose accounts were asked for.</summary>
    private sealed class CountedDirectory(IAccountDirectory inner) : IAccountDirectory
    {
        private readonly ConcurrentQueue<string> _asked = new();

        public string[] Take()
        {
            string[] asked = [.. _asked.Distinct()];
            _asked.Clear();
            return asked;
        }

        public ValueTask<UserAccount?> FindAsync(string userName, CancellationToken ct)
        {
            _asked.Enqueue(userName);
            return inner.FindAsync(userName, ct);
        }

        public bool TryFindNow(string userName, [NotNullWhen(true)] out UserAccount? user)
        {
            _asked.Enqueue(userName);
            return inner.TryFindNow(userName, out user);
        }

        public ValueTask<long> GetChangeStampAsync(CancellationToken ct) => inner.GetChangeStampAsync(ct);

        public ValueTask<ObjectChanges> ListChangesAsync(long since, CancellationToken ct) => inner.ListChangesAsync(since, ct);
    }
}
