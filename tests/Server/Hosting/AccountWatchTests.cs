using System.Net;
using System.Reflection;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.Accounts.Sqlite;
using Hpc.Accounts.Stores;
using Hpc.Actors.Kernel;
using Hpc.Actors.Sessions;
using Hpc.Server.Hosting;
using Hpc.Server.Tests.Support;
using Hpc.Storage;
using Hpc.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Server.Tests.Hosting;

public sealed class AccountWatchTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly FlakyUserStore _users = new();
    private readonly ActorSystem _actors = new();
    private readonly SessionGate _gate;
    private readonly AccountWatch _watch;

    public AccountWatchTests()
    {
        _gate = new SessionGate(
            _actors, (_, _) => new ValueTask<StorageResult<IFileSystem>>(NoFiles()), new SessionLimits(), _time, NullLogger<SessionGate>.Instance);
        _watch = new AccountWatch(_users, _gate, _time, NullLogger.Instance);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        await _actors.DisposeAsync();
    }

    public static TheoryData<string, Func<UserAccount, UserAccount>> Changes => new()
    {
        { "disabled", user => user with { IsEnabled = false } },
        { "expired", user => user with { ExpiresAt = DateTimeOffset.UnixEpoch } },
        { "password", user => user with { PasswordHash = "$2b$04$abcdefghijklmnopqrstuuH8cQ1Yw1dYpYc0lZ6Y9mM0a1m1a1m1a" } },
        { "permissions", user => user with { Permissions = ["list"] } },
        { "home", user => user with { HomeDirectory = "/elsewhere" } },
    };

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public async Task A_changed_account_ends_its_sessions_and_no_other(string what, Func<UserAccount, UserAccount> change)
    {
        SessionGrant first = await OpenAsync(await AddAsync("ann"));
        SessionGrant second = await OpenAsync(await FindAsync("ann"));
        SessionGrant other = await OpenAsync(await AddAsync("bob"));
        await _watch.CheckAsync(Ct);

        (await _users.UpdateAsync(change(await FindAsync("ann")), Ct)).Outcome.ShouldBe(UserStoreOutcome.Done, what);
        await _watch.CheckAsync(Ct);

        first.Ended.IsCancellationRequested.ShouldBeTrue(what);
        first.EndReason.ShouldBe(SessionEndReason.AccountChanged);
        second.Ended.IsCancellationRequested.ShouldBeTrue(what);
        other.Ended.IsCancellationRequested.ShouldBeFalse(what);
        _gate.Counters.AccountChanged.ShouldBe(2);
    }

    [Fact]
    public async Task A_removed_account_ends_its_sessions()
    {
        SessionGrant grant = await OpenAsync(await AddAsync("ann"));
        await _watch.CheckAsync(Ct);
        await _users.DeleteAsync("ann", Ct);
        await _watch.CheckAsync(Ct);
        grant.Ended.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task A_user_who_was_removed_and_added_again_between_two_looks_is_another()
    {
        SessionGrant grant = await OpenAsync(await AddAsync("ann"));
        await _watch.CheckAsync(Ct);
        await _users.DeleteAsync("ann", Ct);
        (await AddAsync("ann", "/other")).Version.ShouldBe(1);
        await _watch.CheckAsync(Ct);
        grant.Ended.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task A_session_opened_with_what_the_login_read_before_the_change_ends_though_nothing_changes_afterwards()
    {
        UserAccount before = await AddAsync("ann");
        await _users.UpdateAsync(before with { IsEnabled = false }, Ct);
        await _watch.CheckAsync(Ct);
        SessionGrant late = await OpenAsync(before);
        await _watch.CheckAsync(Ct);
        late.Ended.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task A_session_opened_after_the_change_goes_on()
    {
        UserAccount before = await AddAsync("ann");
        SessionGrant old = await OpenAsync(before);
        await _users.UpdateAsync(before with { Permissions = ["list"] }, Ct);
        SessionGrant fresh = await OpenAsync(await FindAsync("ann"));
        await _watch.CheckAsync(Ct);
        old.Ended.IsCancellationRequested.ShouldBeTrue();
        fresh.Ended.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task An_expiry_ends_sessions_when_its_time_comes_and_not_before()
    {
        SessionGrant grant = await OpenAsync(await AddAsync("ann", expiresAt: _time.GetUtcNow().AddMinutes(1)));
        SessionGrant later = await OpenAsync(await AddAsync("bob", expiresAt: _time.GetUtcNow().AddMinutes(2)));
        _time.Advance(TimeSpan.FromSeconds(59));
        await _watch.CheckAsync(Ct);
        grant.Ended.IsCancellationRequested.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));
        await _watch.CheckAsync(Ct);
        grant.Ended.IsCancellationRequested.ShouldBeTrue();
        later.Ended.IsCancellationRequested.ShouldBeFalse();
        _time.Advance(TimeSpan.FromMinutes(1));
        await _watch.CheckAsync(Ct);
        later.Ended.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task Accounts_are_loaded_once_and_then_only_after_a_change()
    {
        await OpenAsync(await AddAsync("ann"));
        await OpenAsync(await FindAsync("ann"));
        int before = _users.Lookups;
        for (int i = 0; i < 5; i++)
        {
            await _watch.CheckAsync(Ct);
        }

        (_users.Lookups - before).ShouldBe(1);
        await AddAsync("bob");
        await _watch.CheckAsync(Ct);
        (_users.Lookups - before).ShouldBe(2);
    }

    [Fact]
    public async Task A_store_that_fails_ends_nobody_and_is_asked_again()
    {
        UserAccount before = await AddAsync("ann");
        SessionGrant grant = await OpenAsync(before);
        await _watch.CheckAsync(Ct);
        await _users.UpdateAsync(before with { IsEnabled = false }, Ct);
        _users.IsBroken = true;
        await _watch.CheckAsync(Ct);
        await _watch.CheckAsync(Ct);
        grant.Ended.IsCancellationRequested.ShouldBeFalse();
        _watch.Failures.ShouldBe(2);
        _users.IsBroken = false;
        await _watch.CheckAsync(Ct);
        grant.Ended.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task An_account_that_cannot_be_read_holds_up_no_other()
    {
        UserAccount ann = await AddAsync("ann");
        UserAccount bob = await AddAsync("bob");
        SessionGrant ofAnn = await OpenAsync(ann);
        SessionGrant ofBob = await OpenAsync(bob);
        _users.UnreadableUser = "ann";
        await _users.UpdateAsync(ann with { IsEnabled = false }, Ct);
        await _users.UpdateAsync(bob with { IsEnabled = false }, Ct);
        await _watch.CheckAsync(Ct);
        ofAnn.Ended.IsCancellationRequested.ShouldBeFalse();
        ofBob.Ended.IsCancellationRequested.ShouldBeTrue();
        _watch.Failures.ShouldBe(1);
        _users.UnreadableUser = null;
        await _watch.CheckAsync(Ct);
        ofAnn.Ended.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task The_watch_looks_once_a_second_until_it_is_disposed()
    {
        UserAccount before = await AddAsync("ann");
        SessionGrant grant = await OpenAsync(before);
        _watch.Start();
        await _users.UpdateAsync(before with { IsEnabled = false }, Ct);
        grant.Ended.IsCancellationRequested.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));
        await EndAsync(grant);
        await _watch.DisposeAsync();
        _time.PendingTimers.ShouldBe(0);
    }

    [Fact]
    public async Task A_change_made_through_another_store_of_the_same_database_ends_the_session()
    {
        using var directory = new TemporaryDirectory();
        using SqliteUserStore server = await SqliteUserStore.OpenAsync(directory["hpc.db"], Ct);
        using SqliteUserStore command = await SqliteUserStore.OpenAsync(directory["hpc.db"], Ct);
        await using var watch = new AccountWatch(server, _gate, _time, NullLogger.Instance);
        UserAccount before = (await command.AddAsync(New("ann"), Ct)).User!;
        SessionGrant grant = await OpenAsync((await server.FindAsync("ann", Ct))!);
        await watch.CheckAsync(Ct);
        grant.Ended.IsCancellationRequested.ShouldBeFalse();

        await command.UpdateAsync(before with { IsEnabled = false }, Ct);
        await watch.CheckAsync(Ct);

        grant.Ended.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public async Task A_database_that_is_replaced_by_another_ends_the_sessions_of_users_whom_that_does_not_have()
    {
        using var directory = new TemporaryDirectory();
        using SqliteUserStore server = await SqliteUserStore.OpenAsync(directory["hpc.db"], Ct);
        await using var watch = new AccountWatch(server, _gate, _time, NullLogger.Instance);
        await server.AddAsync(New("ann"), Ct);
        SessionGrant grant = await OpenAsync((await server.FindAsync("ann", Ct))!);
        await watch.CheckAsync(Ct);
        server.TryFindNow("ann", out _).ShouldBeTrue();

        (await SqliteUserStore.OpenAsync(directory["copy.db"], Ct)).Dispose();
        File.Delete(directory["hpc.db-wal"]);
        File.Delete(directory["hpc.db-shm"]);
        File.Move(directory["copy.db"], directory["hpc.db"], overwrite: true);
        await watch.CheckAsync(Ct);

        grant.Ended.IsCancellationRequested.ShouldBeTrue();
        server.TryFindNow("ann", out _).ShouldBeFalse();
        watch.Failures.ShouldBe(0);
    }

    private static UserAccount New(string name, string home = "/srv/x", DateTimeOffset? expiresAt = null) =>
        new() { UserName = name, HomeDirectory = home, ExpiresAt = expiresAt };

    private static async Task EndAsync(SessionGrant grant)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = grant.Ended.Register(ended.SetResult);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20), Ct);
    }

    // An interface takes no part in user-defined conversions; a value of the type parameter does.
    private static StorageResult<IFileSystem> NoFiles() => Of(DispatchProxy.Create<IFileSystem, UnusedFiles>());

    private static StorageResult<T> Of<T>(T value) => value;

    private async Task<UserAccount> AddAsync(string name, string home = "/srv/x", DateTimeOffset? expiresAt = null) =>
        (await _users.AddAsync(New(name, home, expiresAt), Ct)).User.ShouldNotBeNull();

    private async Task<UserAccount> FindAsync(string name) => (await _users.FindAsync(name, Ct)).ShouldNotBeNull();

    private async Task<SessionGrant> OpenAsync(UserAccount user) => (await _gate.OpenAsync(
        new SessionRequest
        {
            User = user,
            Protocol = "SFTP",
            Remote = new IPEndPoint(IPAddress.Loopback, 50_000),
            Local = new IPEndPoint(IPAddress.Loopback, 2022),
            ClientVersion = "SSH-2.0-Test",
            Method = LoginMethod.PublicKey,
            ConnectionId = "c1",
        },
        Ct)).ShouldNotBeNull();
}
