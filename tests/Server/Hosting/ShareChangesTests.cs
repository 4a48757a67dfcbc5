using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Accounts.Sessions;
using Hpc.Accounts.Usage;
using Hpc.Server.Cli.Access;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Server.Provision;
using Hpc.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Hpc.Server.Tests.Hosting.AccountsFixture;

namespace Hpc.Server.Tests.Hosting;

/// <summary>What becomes of sessions that were opened for a share when that changes or ends.</summary>
public sealed class ShareChangesTests : IAsyncDisposable
{
    private static readonly Share Shared = new() { Id = "one", Name = "one", Scope = 1, Paths = ["/out"], Username = "ann" };

    private readonly AccountsFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    public static TheoryData<string, Func<Share, Share>> Endings => new()
    {
        { nameof(SessionVerdict.ShareExpired), share => share with { ExpiresAt = 1 } },
        { nameof(SessionVerdict.ShareChanged), share => share with { Scope = 2 } },
        { nameof(SessionVerdict.ShareChanged), share => share with { Paths = ["/out", "/in"] } },
        { nameof(SessionVerdict.ShareChanged), share => share with { Paths = ["/elsewhere"] } },
        { nameof(SessionVerdict.ShareChanged), share => share with { Password = "$2b$04$abcdefghijklmnopqrstuuH8cQ1Yw1dYpYc0lZ6Y9mM0a1m1a1m1a" } },
        { nameof(SessionVerdict.ShareChanged), share => share with { AllowFrom = ["192.0.2.0/24"] } },
        { nameof(SessionVerdict.ShareChanged), share => share with { Username = "bob" } },
    };

    public static TheoryData<string, Func<Share, Share>> Goings => new()
    {
        { "name", share => share with { Name = "another" } },
        { "description", share => share with { Description = "another", UpdatedAt = 7 } },
        { "uses", share => share with { UsedTokens = 5, LastUseAt = 9, MaxTokens = 1 } },
        { "a later end", share => share with { ExpiresAt = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() } },
        { "an end beyond all times", share => share with { ExpiresAt = long.MaxValue } },
        { "no password", share => share with { Password = "" } },
    };

    [Theory]
    [MemberData(nameof(Endings), DisableDiscoveryEnumeration = true)]
    public async Task A_share_that_is_another_one_ends_what_runs_through_it_alone(string verdict, Func<Share, Share> change)
    {
        SessionGrant shared = await OpenAsync(Shared);
        SessionGrant other = await OpenAsync(Shared with { Id = "two" });
        SessionGrant owner = await _fixture.OpenAsync(await _fixture.FindAsync("ann"));
        _fixture.Shares.Stored["one"] = change(Shared);

        await _fixture.TellAsync(ObjectKind.Share, "one");

        shared.EndReason.ShouldBe(SessionEndReason.AccountChanged);
        (await MayMakeAsync(shared, "/d")).ShouldBeFalse();
        other.Ended.IsCancellationRequested.ShouldBeFalse();
        owner.Ended.IsCancellationRequested.ShouldBeFalse();
        _fixture.Logger.Lines.ShouldHaveSingleItem().ShouldEndWith("because of its account: " + verdict);
    }

    [Theory]
    [MemberData(nameof(Goings), DisableDiscoveryEnumeration = true)]
    public async Task What_does_not_decide_ends_nothing(string what, Func<Share, Share> change)
    {
        SessionGrant shared = await OpenAsync(Shared);
        _fixture.Shares.Stored["one"] = change(Shared);
        await _fixture.TellAsync(ObjectKind.Share, "one");
        await _fixture.TellAsync(ObjectKind.User, "ann");
        await _fixture.Changes.CheckAsync(Ct);
        shared.Ended.IsCancellationRequested.ShouldBeFalse(what);
        (await MayMakeAsync(shared, "/d")).ShouldBeTrue(what);
    }

    [Fact]
    public async Task A_removed_share_ends_what_runs_through_it()
    {
        SessionGrant shared = await OpenAsync(Shared);
        _fixture.Shares.Stored.Clear();
        await _fixture.TellAsync(ObjectKind.Share, "one");
        shared.EndReason.ShouldBe(SessionEndReason.AccountChanged);
    }

    [Fact]
    public async Task A_share_that_ends_during_a_session_ends_it_when_its_time_comes_and_not_before()
    {
        DateTimeOffset end = _fixture.Time.GetUtcNow().AddMinutes(1);
        SessionGrant shared = await OpenAsync(Shared with { ExpiresAt = end.ToUnixTimeMilliseconds() });
        SessionGrant later = await OpenAsync(Shared with { Id = "two", ExpiresAt = end.AddMinutes(1).ToUnixTimeMilliseconds() });
        await _fixture.Changes.CheckAsync(Ct);
        _fixture.Time.Advance(TimeSpan.FromSeconds(59));
        await _fixture.Changes.CheckAsync(Ct);
        shared.Ended.IsCancellationRequested.ShouldBeFalse();
        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await _fixture.Changes.CheckAsync(Ct);
        shared.EndReason.ShouldBe(SessionEndReason.AccountChanged);
        later.Ended.IsCancellationRequested.ShouldBeFalse();
        _fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await _fixture.Changes.CheckAsync(Ct);
        later.EndReason.ShouldBe(SessionEndReason.AccountChanged);
    }

    [Fact]
    public async Task A_session_for_a_share_that_was_removed_meanwhile_does_not_begin()
    {
        UserAccount ann = await _fixture.AddAsync(New("ann"));
        SessionObstacle? obstacle = null;
        SessionRequest request = RequestFor(ann, Shared) with { Refused = why => obstacle = why };
        (await _fixture.Current.OpenAsync(request, Ct)).ShouldBeNull();
        obstacle.ShouldBe(SessionObstacle.AccountChanged);
        _fixture.Shares.Stored["one"] = Shared;
        SessionGrant grant = (await _fixture.Current.OpenAsync(request, Ct)).ShouldNotBeNull();
        grant.Close(SessionEndReason.ClosedByPeer);
        _fixture.Held.ShouldBe(0);
    }

    [Fact]
    public async Task A_store_that_fails_ends_nobody_and_is_asked_again()
    {
        SessionGrant shared = await OpenAsync(Shared);
        _fixture.Shares.Stored.Clear();
        _fixture.Shares.IsBroken = true;
        await _fixture.TellAsync(ObjectKind.Share, "one");
        await _fixture.Changes.CheckAsync(Ct);
        shared.Ended.IsCancellationRequested.ShouldBeFalse();
        _fixture.Changes.Failures.ShouldBe(2);
        _fixture.Shares.IsBroken = false;
        await _fixture.Changes.CheckAsync(Ct);
        shared.EndReason.ShouldBe(SessionEndReason.AccountChanged);
    }

    [Fact]
    public async Task A_share_that_another_process_removed_ends_what_runs_through_it_and_its_uses_do_not()
    {
        using var directory = new TemporaryDirectory();
        await using AccountStack here = await OpenStackAsync(directory.Path);
        await using AccountStack there = await OpenStackAsync(directory.Path);
        await using var watch = new AccountChanges(here.Directory, _fixture.Gate, _fixture.Time, NullLogger.Instance, here.Shares);
        (await here.Services.Users.AddAsync(UserObjects.Apply(new User(), New("ann"), null), ChangeContext.Operator, Ct)).Status.ShouldBe(ObjectStatus.Done);
        ObjectResult<Share> added = await here.Services.Shares.AddAsync(Shared with { Id = "", Password = "a share's password" }, ChangeContext.Operator, Ct);
        added.Status.ShouldBe(ObjectStatus.Done, added.Message);
        string id = added.Value!.Value.Id;

        // As requests read it: with its uses.
        Share share = (await here.Services.Shares.FindAsync(id, ChangeContext.Operator, Ct))!.Value;
        SessionGrant shared = (await _fixture.Gate.OpenAsync(RequestFor((await here.Directory.FindAsync("ann", Ct))!, share), Ct)).ShouldNotBeNull();
        await watch.CheckAsync(Ct);

        (await there.Provider.Activity.TryAddAsync(new ObjectKey(ObjectKind.Share, id), ActivityField.UsedTokens, 1, 0, Ct)).ShouldBeTrue();
        await there.Provider.Activity.RaiseAsync(new ObjectKey(ObjectKind.Share, id), ActivityField.LastUse, 7, Ct);
        ObjectResult<Share> described = await there.Services.Shares.UpdateAsync(id, share with { Description = "another" }, null, ChangeContext.Operator, Ct);
        described.Status.ShouldBe(ObjectStatus.Done, described.Message);
        await watch.CheckAsync(Ct);
        shared.Ended.IsCancellationRequested.ShouldBeFalse();

        (await there.Services.Shares.DeleteAsync(id, null, ChangeContext.Operator, Ct)).Status.ShouldBe(ObjectStatus.Done);
        await watch.CheckAsync(Ct);
        shared.EndReason.ShouldBe(SessionEndReason.AccountChanged);
        watch.Failures.ShouldBe(0);
    }

    private static SessionRequest RequestFor(UserAccount owner, Share share) => Request(owner, "HTTPShare", LoginMethod.None) with { Share = SessionShare.Of(share) };

    private async Task<SessionGrant> OpenAsync(Share share)
    {
        UserAccount owner = await _fixture.Users.FindAsync("ann", Ct) ?? await _fixture.AddAsync(New("ann"));
        _fixture.Shares.Stored[share.Id] = share;
        return (await _fixture.Current.OpenAsync(RequestFor(owner, share), Ct)).ShouldNotBeNull();
    }

    private static async Task<AccountStack> OpenStackAsync(string path)
    {
        var options = new HpcOptions { DataDirectory = path };
        var directory = new DataDirectory(options);
        directory.Create();
        return await AccountStack.OpenAsync(options, directory, new MemoryUsageStore(TimeProvider.System), NullLoggerFactory.Instance, Ct);
    }
}
