using Hpc.Accounts.Sessions;

namespace Hpc.Actors.Tests.Sessions;

public sealed class SessionHereTests
{
    [Fact]
    public async Task A_session_whose_files_are_at_hand_is_opened_without_another_thread()
    {
        await using var fixture = new SessionFixture();

        // The actors may still be on their first turn, on the pool, for the first of them.
        await SessionFixture.WaitUntilAsync(
            () =>
            {
                ValueTask<SessionGrant?> opening = fixture.Gate.OpenAsync(fixture.Request(), default);
                bool isHere = opening.IsCompletedSuccessfully;
                _ = CloseAsync(opening);
                return isHere;
            },
            "no session was opened at once");
    }

    [Fact]
    public async Task What_is_left_of_an_account_is_shared_by_its_sessions_and_holds_no_credentials()
    {
        await using var fixture = new SessionFixture();
        SessionRequest first = fixture.Request();
        first = first with { User = first.User with { PasswordHash = "hash", PublicKeys = ["key"] } };
        var one = (Actors.Sessions.Session)(await fixture.Gate.OpenAsync(first, default))!;
        var two = (Actors.Sessions.Session)(await fixture.Gate.OpenAsync(fixture.Request() with { User = first.User }, default))!;
        var changed = (Actors.Sessions.Session)(await fixture.Gate.OpenAsync(fixture.Request() with { User = first.User with { PasswordHash = "other" } }, default))!;

        two.Request.User.ShouldBeSameAs(one.Request.User);
        one.Request.User.PasswordHash.ShouldBeNull();
        one.Request.User.PublicKeys.ShouldBeEmpty();
        two.AccountDigest.ShouldBe(one.AccountDigest);
        changed.AccountDigest.ShouldNotBe(one.AccountDigest);
        one.Close(SessionEndReason.ClosedByPeer);
        two.Close(SessionEndReason.ClosedByPeer);
        changed.Close(SessionEndReason.ClosedByPeer);
    }

    private static async Task CloseAsync(ValueTask<SessionGrant?> opening) => (await opening)?.Close(SessionEndReason.ClosedByPeer);
}
