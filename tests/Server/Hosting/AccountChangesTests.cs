using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Sessions;
using Hpc.Storage;
using static Hpc.Server.Tests.Hosting.AccountsFixture;

namespace Hpc.Server.Tests.Hosting;

/// <summary>What becomes of open sessions when this process changes their accounts.</summary>
public sealed class AccountChangesTests : IAsyncDisposable
{
    private readonly AccountsFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    public static TheoryData<string, Func<UserAccount, UserAccount>> Endings => new()
    {
        { nameof(SessionVerdict.Disabled), user => user with { IsEnabled = false } },
        { nameof(SessionVerdict.Expired), user => user with { ExpiresAt = DateTimeOffset.UnixEpoch } },
        { nameof(SessionVerdict.CredentialsChanged), user => user with { PasswordHash = "$2b$04$abcdefghijklmnopqrstuuH8cQ1Yw1dYpYc0lZ6Y9mM0a1m1a1m1a" } },
        { nameof(SessionVerdict.CredentialsChanged), user => user with { CredentialStamp = "2" } },
        { nameof(SessionVerdict.ProtocolDenied), user => user with { Logins = new LoginRules { DeniedProtocols = ["SSH"] } } },
        { nameof(SessionVerdict.SourceDenied), user => user with { Logins = new LoginRules { DeniedSources = ["192.0.2.0/24"] } } },
        { nameof(SessionVerdict.SourceDenied), user => user with { Logins = new LoginRules { AllowedSources = ["198.51.100.0/24"] } } },
        { nameof(SessionVerdict.MethodDenied), user => user with { Logins = new LoginRules { DeniedMethods = ["publickey"] } } },
    };

    public static TheoryData<string, Func<UserAccount, UserAccount>> Goings => new()
    {
        { "home", user => user with { HomeDirectory = "/elsewhere" } },
        { "quota", user => user with { QuotaBytes = 5 } },
        { "another protocol is denied", user => user with { Logins = new LoginRules { DeniedProtocols = ["FTP", "HTTP"] } } },
        { "another network is denied", user => user with { Logins = new LoginRules { DeniedSources = ["198.51.100.0/24"] } } },
        { "its network is allowed", user => user with { Logins = new LoginRules { AllowedSources = ["192.0.2.7"], DeniedSources = ["0.0.0.0/0"] } } },
        { "another method is denied", user => user with { Logins = new LoginRules { DeniedMethods = ["password"] } } },
        { "fewer sessions", user => user with { MaxSessions = 1 } },
        { "expiry", user => user with { ExpiresAt = DateTimeOffset.MaxValue } },
    };

    [Theory]
    [MemberData(nameof(Endings), DisableDiscoveryEnumeration = true)]
    public async Task A_session_that_may_not_go_on_ends_and_may_do_nothing_more(string verdict, Func<UserAccount, UserAccount> change)
    {
        SessionGrant first = await _fixture.OpenAsync(await _fixture.AddAsync(New("ann")));
        SessionGrant second = await _fixture.OpenAsync(await _fixture.FindAsync("ann"));
        SessionGrant other = await _fixture.OpenAsync(await _fixture.AddAsync(New("bob")));

        await _fixture.ChangeAsync("ann", change);

        foreach (SessionGrant grant in (SessionGrant[])[first, second])
        {
            grant.EndReason.ShouldBe(SessionEndReason.AccountChanged);
            (await MayMakeAsync(grant, "/d")).ShouldBeFalse();
        }

        (await MayMakeAsync(other, "/d")).ShouldBeTrue();
        _fixture.Gate.Counters.AccountChanged.ShouldBe(2);
        _fixture.Logger.Lines.ShouldContain(line => line.Contains($"because of its account: {verdict}"));
        _fixture.Held.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Goings), DisableDiscoveryEnumeration = true)]
    public async Task A_session_that_may_go_on_does_so_by_the_new_account(string what, Func<UserAccount, UserAccount> change)
    {
        SessionGrant grant = await _fixture.OpenAsync(await _fixture.AddAsync(New("ann")));
        (await MayMakeAsync(grant, "/a")).ShouldBeTrue(what);
        await _fixture.ChangeAsync("ann", user => change(user) with { Permissions = ["list"] });
        (await MayMakeAsync(grant, "/b")).ShouldBeFalse(what);
        await _fixture.ChangeAsync("ann", user => user with { Permissions = ["*"] });
        (await MayMakeAsync(grant, "/c")).ShouldBeTrue(what);
        grant.Ended.IsCancellationRequested.ShouldBeFalse(what);
        _fixture.Held.ShouldBe(1);
        grant.Close(SessionEndReason.ClosedByPeer);
        _fixture.Held.ShouldBe(0);
    }

    [Fact]
    public async Task A_removed_account_ends_its_sessions()
    {
        SessionGrant grant = await _fixture.OpenAsync(await _fixture.AddAsync(New("ann")));
        await _fixture.Users.DeleteAsync("ann", Ct);
        await _fixture.TellAsync(ObjectKind.User, "ann");
        grant.EndReason.ShouldBe(SessionEndReason.AccountChanged);
        (await MayMakeAsync(grant, "/d")).ShouldBeFalse();
    }

    [Fact]
    public async Task An_account_that_took_the_name_of_a_removed_one_is_another()
    {
        await _fixture.AddAsync(New("ann"));
        SessionGrant grant = await _fixture.OpenAsync(await _fixture.StoreAsync("ann", user => user with { QuotaBytes = 1 }));
        await _fixture.Users.DeleteAsync("ann", Ct);
        (await _fixture.AddAsync(New("ann", "/other"))).Version.ShouldBe(1);
        await _fixture.TellAsync(ObjectKind.User, "ann");
        grant.EndReason.ShouldBe(SessionEndReason.AccountChanged);
    }

    [Fact]
    public async Task A_new_hash_of_the_same_password_ends_nobody()
    {
        SessionGrant grant = await _fixture.OpenAsync(await _fixture.AddAsync(New("ann") with { CredentialStamp = "1" }));
        await _fixture.ChangeAsync("ann", user => user with { PasswordHash = "$2b$04$abcdefghijklmnopqrstuuH8cQ1Yw1dYpYc0lZ6Y9mM0a1m1a1m1a" });
        (await MayMakeAsync(grant, "/d")).ShouldBeTrue();
        grant.Ended.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task A_session_of_several_steps_goes_on_where_the_last_of_them_was_never_allowed_alone()
    {
        LoginRules steps = new() { DeniedMethods = [LoginMethodNames.Password, LoginMethodNames.PublicKey] };
        SessionGrant grant = await _fixture.OpenAsync(await _fixture.AddAsync(New("ann") with { Logins = steps }), method: LoginMethod.Password);
        await _fixture.ChangeAsync("ann", user => user with { Permissions = ["list"] });
        grant.Ended.IsCancellationRequested.ShouldBeFalse();
        (await MayMakeAsync(grant, "/d")).ShouldBeFalse();
    }

    [Fact]
    public async Task Files_that_cannot_be_opened_end_the_session_and_the_log_says_why()
    {
        SessionGrant grant = await _fixture.OpenAsync(await _fixture.AddAsync(New("ann")));
        _fixture.OpenFiles = (_, _) => new(StorageError.NotFound);
        await _fixture.ChangeAsync("ann", user => user with { HomeDirectory = "/gone" });
        grant.EndReason.ShouldBe(SessionEndReason.AccountChanged);
        (await MayMakeAsync(grant, "/d")).ShouldBeFalse();
        _fixture.Logger.Lines.Last().ShouldEndWith("because its files cannot be opened by the account as it is now: NotFound");
        _fixture.Held.ShouldBe(0);
    }

    [Fact]
    public async Task Files_that_fail_to_open_end_the_session()
    {
        SessionGrant grant = await _fixture.OpenAsync(await _fixture.AddAsync(New("ann")));
        _fixture.OpenFiles = (_, _) => throw new IOException("broken");
        await _fixture.ChangeAsync("ann", user => user with { HomeDirectory = "/gone" });
        grant.EndReason.ShouldBe(SessionEndReason.AccountChanged);
    }

    [Theory]
    [InlineData(ObjectKind.Group, "staff", true)]
    [InlineData(ObjectKind.Group, "others", false)]
    [InlineData(ObjectKind.Role, "staff", false)]
    [InlineData(ObjectKind.User, "staff", false)]
    public async Task A_change_of_a_group_is_looked_at_for_its_members_alone(ObjectKind kind, string name, bool isLookedAt)
    {
        await _fixture.OpenAsync(await _fixture.AddAsync(New("ann") with { Groups = ["staff"] }));
        int before = _fixture.Users.Lookups;
        await _fixture.TellAsync(kind, name);
        (_fixture.Users.Lookups - before).ShouldBe(isLookedAt ? 1 : 0);
    }

    [Fact]
    public async Task A_change_that_takes_long_holds_up_its_caller_for_a_few_seconds_and_then_ends_the_session()
    {
        SessionGrant stuck = await _fixture.OpenAsync(await _fixture.AddAsync(New("ann")));
        var opening = new TaskCompletionSource<StorageResult<IFileSystem>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _fixture.OpenFiles = (_, _) =>
        {
            asked.SetResult();
            return new(opening.Task);
        };
        Task changing = _fixture.ChangeAsync("ann", user => user with { Permissions = ["list"] });
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20), Ct);
        changing.IsCompleted.ShouldBeFalse();
        _fixture.Time.Advance(TimeSpan.FromSeconds(4));
        await changing.WaitAsync(TimeSpan.FromSeconds(20), Ct);
        stuck.EndReason.ShouldBe(SessionEndReason.AccountChanged);

        // What comes too late is let go.
        opening.SetResult(StorageResult<IFileSystem>.FromValue(_fixture.FilesOf(New("ann"))));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (_fixture.Held > 0)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_store_that_fails_ends_nobody_and_the_watch_asks_again()
    {
        SessionGrant grant = await _fixture.OpenAsync(await _fixture.AddAsync(New("ann")));
        await _fixture.StoreAsync("ann", user => user with { IsEnabled = false });
        _fixture.Users.IsBroken = true;
        await _fixture.TellAsync(ObjectKind.User, "ann");
        grant.Ended.IsCancellationRequested.ShouldBeFalse();
        _fixture.Changes.Failures.ShouldBe(1);
        _fixture.Users.IsBroken = false;
        await _fixture.Changes.CheckAsync(Ct);
        grant.EndReason.ShouldBe(SessionEndReason.AccountChanged);
    }

    [Fact]
    public async Task A_session_opened_with_what_the_login_read_before_the_change_has_the_account_of_now()
    {
        UserAccount before = await _fixture.AddAsync(New("ann"));
        await _fixture.ChangeAsync("ann", user => user with { Permissions = ["list"] });
        SessionGrant? late = await _fixture.Current.OpenAsync(Request(before), Ct);
        (await MayMakeAsync(late.ShouldNotBeNull(), "/d")).ShouldBeFalse();
        UserAccount next = await _fixture.FindAsync("ann");
        await _fixture.ChangeAsync("ann", user => user with { IsEnabled = false });
        (await _fixture.Current.OpenAsync(Request(next), Ct)).ShouldBeNull();
        late.EndReason.ShouldBe(SessionEndReason.AccountChanged);
        late.Close(SessionEndReason.ClosedByPeer);
        _fixture.Held.ShouldBe(0);
        _fixture.Gate.Counters.Active.ShouldBe(0);
    }
}
