using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.Actors.Sessions;

namespace Hpc.Actors.Tests.Sessions;

public sealed class SessionDirectoryTests
{
    [Fact]
    public async Task A_kick_ends_one_session_and_no_other()
    {
        await using var fixture = new SessionFixture();
        SessionGrant kicked = await fixture.OpenAsync();
        SessionGrant other = await fixture.OpenAsync();
        (await fixture.Gate.KickAsync(kicked.SessionId, default)).ShouldBeTrue();
        (await SessionFixture.EndOfAsync(kicked)).ShouldBe(SessionEndReason.Kicked);
        (await fixture.Gate.KickAsync(kicked.SessionId, default)).ShouldBeFalse();
        (await fixture.Gate.KickAsync("0000000000000000", default)).ShouldBeFalse();
        other.Ended.IsCancellationRequested.ShouldBeFalse();
        fixture.Gate.Counters.Kicked.ShouldBe(1);
        kicked.Close(SessionEndReason.ConnectionLost);
        (await fixture.Gate.ListAsync(default)).Select(session => session.SessionId).ShouldBe([other.SessionId]);
    }

    [Fact]
    public async Task A_user_can_be_kicked_from_all_sessions()
    {
        await using var fixture = new SessionFixture();
        SessionGrant[] sessions = [await fixture.OpenAsync(), await fixture.OpenAsync(), await fixture.OpenAsync("bob")];
        (await fixture.Gate.KickUserAsync("alice", default)).ShouldBe(2);
        (await fixture.Gate.KickUserAsync("alice", default)).ShouldBe(0);
        sessions.Select(session => session.Ended.IsCancellationRequested).ShouldBe([true, true, false]);
    }

    [Fact]
    public async Task A_session_whose_actor_is_gone_cannot_be_kicked_again()
    {
        await using var fixture = new SessionFixture();
        var session = (Session)await fixture.OpenAsync();
        session.Actor.Stop();
        (await SessionFixture.EndOfAsync(session)).ShouldBe(SessionEndReason.ServerFault);
        (await fixture.Gate.KickAsync(session.SessionId, default)).ShouldBeFalse();
    }

    [Fact]
    public async Task The_list_says_who_does_what()
    {
        await using var fixture = new SessionFixture();
        SessionGrant grant = await fixture.OpenAsync();
        fixture.Time.Advance(TimeSpan.FromSeconds(3));
        grant.Meter.AddReceived(5);
        grant.Meter.AddSent(7);
        grant.Meter.BeginTransfer("/a.bin", isUpload: true).Add(5);
        SessionGrant second = await fixture.OpenAsync("bob");

        IReadOnlyList<SessionInfo> list = await fixture.Gate.ListAsync(default);
        list.Select(session => session.UserName).ShouldBe(["alice", "bob"]);
        SessionInfo info = list[0];
        info.SessionId.ShouldBe(grant.SessionId);
        info.ConnectionId.ShouldBe("c1");
        info.Protocol.ShouldBe("SFTP");
        info.Remote.ToString().ShouldBe("127.0.0.1:50000");
        info.ClientVersion.ShouldBe("SSH-2.0-Test");
        info.Method.ShouldBe(LoginMethod.PublicKey);
        info.StartedAt.ShouldBe(fixture.Time.GetUtcNow().AddSeconds(-3));
        (info.IdleMilliseconds, info.BytesReceived, info.BytesSent).ShouldBe((3_000, 5, 7));
        TransferInfo transfer = info.Transfers.ShouldHaveSingleItem();
        (transfer.VirtualPath, transfer.IsUpload, transfer.Bytes).ShouldBe(("/a.bin", true, 5));
        list[1].SessionId.ShouldBe(second.SessionId);
        list[1].Transfers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Ten_thousand_sessions_are_listed_once_per_half_second_and_in_four_megabytes()
    {
        await using var fixture = new SessionFixture();
        SessionGrant?[] grants = await Task.WhenAll(Enumerable.Range(0, 10_000).Select(i => fixture.TryOpenAsync($"user{i % 2_000}")));
        grants.ShouldAllBe(grant => grant != null);

        long before = GC.GetAllocatedBytesForCurrentThread();
        ValueTask<IReadOnlyList<SessionInfo>> pending = fixture.Gate.ListAsync(default);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        IReadOnlyList<SessionInfo> list = await pending;
        list.Count.ShouldBe(10_000);
        allocated.ShouldBeLessThan(4_000_000);

        (await fixture.Gate.ListAsync(default)).ShouldBeSameAs(list);
        fixture.Time.Advance(TimeSpan.FromMilliseconds(500));
        (await fixture.Gate.ListAsync(default)).ShouldNotBeSameAs(list);
        grants[0]!.Close(SessionEndReason.ClosedByPeer);
        (await fixture.Gate.ListAsync(default)).Count.ShouldBe(9_999);
    }
}
