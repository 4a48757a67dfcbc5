using Hpc.Accounts;
using Hpc.Accounts.Sessions;
using Hpc.Actors.Sessions;
using Hpc.Storage;
using Hpc.Storage.Vfs;

namespace Hpc.Actors.Tests.Sessions;

/// <summary>What a session does when its account is changed under it.</summary>
public sealed class SessionChangeTests
{
    [Fact]
    public async Task The_account_of_now_is_told_once_its_files_are_there()
    {
        await using var fixture = new SessionFixture();
        var opened = new List<UserAccount>();
        fixture.OpenFiles = (request, _) =>
        {
            opened.Add(request.User);
            return new(StorageResults.Of<IFileSystem>(Files(request.User)));
        };
        SessionGrant grant = await fixture.OpenAsync();
        IAccountSession session = fixture.Gate.Open.Single();
        UserAccount changed = fixture.Request().User with { QuotaBytes = 7, PasswordHash = "secret", PublicKeys = ["key"] };
        (await session.ChangeAsync(changed, default)).IsSuccess.ShouldBeTrue();

        opened.Last().ShouldBeSameAs(changed);
        session.Request.User.ShouldSatisfyAllConditions(
            user => user.QuotaBytes.ShouldBe(7),
            user => user.PasswordHash.ShouldBeNull(),
            user => user.PublicKeys.ShouldBeEmpty());
        session.AccountDigest.ShouldBe(UserAccountDigest.Of(changed));
        session.CredentialDigest.ShouldBe(UserAccountDigest.OfCredentials(changed));
        fixture.Gate.Find(grant.SessionId)!.AccountDigest.ShouldBe(session.AccountDigest);
    }

    [Fact]
    public async Task Files_that_cannot_be_opened_or_exchanged_leave_the_session_as_it_was()
    {
        await using var fixture = new SessionFixture();
        await fixture.OpenAsync();
        IAccountSession session = fixture.Gate.Open.Single();
        UInt128 before = session.AccountDigest;
        UserAccount changed = session.Request.User with { QuotaBytes = 7 };
        (await session.ChangeAsync(changed, default)).Error.ShouldBe(StorageError.NotSupported);
        fixture.OpenFiles = (request, _) => new(StorageResults.Of<IFileSystem>(Files(request.User)));
        await fixture.OpenAsync("bob");
        session = fixture.Gate.Open.Single(open => open.Request.User.UserName == "bob");
        fixture.OpenFiles = (_, _) => new(StorageError.NotFound);
        (await session.ChangeAsync(session.Request.User with { QuotaBytes = 7 }, default)).Error.ShouldBe(StorageError.NotFound);
        session.Request.User.QuotaBytes.ShouldBe(0);
        before.ShouldNotBe(UInt128.Zero);
    }

    [Fact]
    public async Task A_session_that_is_revoked_ends_and_lets_go_of_its_files_at_once()
    {
        await using var fixture = new SessionFixture();
        int held = 0;
        fixture.OpenFiles = (request, _) =>
        {
            held++;
            return new(StorageResults.Of<IFileSystem>(Files(request.User, () => held--)));
        };
        SessionGrant grant = await fixture.OpenAsync();
        grant.HoldFiles();
        IAccountSession session = fixture.Gate.Open.Single();
        session.Revoke(SessionEndReason.AccountChanged).ShouldBeTrue();
        session.Revoke(SessionEndReason.AccountChanged).ShouldBeFalse();
        session.IsEnding.ShouldBeTrue();
        held.ShouldBe(0);
        (await session.ChangeAsync(session.Request.User, default)).IsSuccess.ShouldBeTrue();
        held.ShouldBe(0);
        grant.Close(SessionEndReason.ConnectionLost);
        grant.ReleaseFiles();
        grant.EndReason.ShouldBe(SessionEndReason.AccountChanged);
        fixture.Gate.Counters.AccountChanged.ShouldBe(1);
    }

    private static UserFileSystem Files(UserAccount user, Action? onDispose = null) => new(new UserFilesDefinition
    {
        Mounts = [new Mount { Path = VirtualPath.Root, Files = FakeFiles.Create(), State = new MountState("user:" + user.UserName) }],
        Permissions = PermissionSet.Full,
        Source = new FileEventSource { UserName = user.UserName, Protocol = "SFTP" },
        Lease = new Lease(onDispose),
    });

    private sealed class Lease(Action? onDispose) : IDisposable
    {
        public void Dispose() => onDispose?.Invoke();
    }
}
