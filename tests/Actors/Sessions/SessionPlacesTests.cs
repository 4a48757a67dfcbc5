using Hpc.Accounts.Sessions;
using Hpc.Actors.Sessions;
using Hpc.Storage;

namespace Hpc.Actors.Tests.Sessions;

/// <summary>Sessions that need a place beyond this node as well.</summary>
public sealed class SessionPlacesTests
{
    private readonly FakePlaces _places = new();

    [Fact]
    public async Task A_session_has_its_place_under_its_own_id_until_it_is_closed()
    {
        await using var fixture = new SessionFixture(new SessionLimits { MaxPerUser = 7 }, _places);
        SessionRequest request = fixture.Request("ann");
        SessionGrant grant = (await fixture.Gate.OpenAsync(request with { User = request.User with { MaxSessions = 3 } }, default)).ShouldNotBeNull();
        _places.Held.ShouldHaveSingleItem().ShouldBe(new PlaceQuestion(grant.SessionId, "ann", "SFTP", request.Remote, 3));
        Parallel.For(0, 20, _ => grant.Close(SessionEndReason.ClosedByPeer));
        _places.Held.ShouldBeEmpty();
        _places.Mistakes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_a_limit_of_the_user_none_is_asked_for()
    {
        await using var fixture = new SessionFixture(null, _places);
        await fixture.OpenAsync();
        _places.Held.ShouldHaveSingleItem().MaxOfUser.ShouldBe(0);
    }

    [Theory]
    [InlineData(PlaceAnswer.UserLimit, SessionRefusal.UserLimit, SessionObstacle.Limit)]
    [InlineData(PlaceAnswer.HostLimit, SessionRefusal.HostLimit, SessionObstacle.Limit)]
    [InlineData(PlaceAnswer.TotalLimit, SessionRefusal.TotalLimit, SessionObstacle.Limit)]
    [InlineData(PlaceAnswer.Away, SessionRefusal.EngineAway, SessionObstacle.ServerUnavailable)]
    public async Task What_is_refused_gives_back_its_files_and_its_room(PlaceAnswer answer, SessionRefusal refusal, SessionObstacle obstacle)
    {
        await using var fixture = new SessionFixture(new SessionLimits { MaxPerUser = 1, MaxTotal = 1 }, _places);
        IFileSystem files = FakeFiles.Create();
        fixture.OpenFiles = (_, _) => new(StorageResults.Of(files));
        _places.Answer = (_, _) => new(answer);
        SessionObstacle? told = null;
        (await fixture.Gate.OpenAsync(fixture.Request() with { Refused = why => told = why }, default)).ShouldBeNull();
        told.ShouldBe(obstacle);
        fixture.Gate.Counters.Refused[refusal].ShouldBe(1);
        fixture.Gate.Counters.Active.ShouldBe(0);
        ((FakeFiles)files).IsDisposed.ShouldBeTrue();
        _places.Answer = static (_, _) => new(PlaceAnswer.Taken);
        fixture.OpenFiles = static (_, _) => new(StorageResults.Of(FakeFiles.Create()));
        await fixture.OpenAsync();
    }

    [Fact]
    public async Task A_question_that_fails_is_a_refusal()
    {
        await using var fixture = new SessionFixture(null, _places);
        _places.Answer = static (_, _) => throw new IOException("on purpose");
        (await fixture.TryOpenAsync()).ShouldBeNull();
        fixture.Gate.Counters.Refused[SessionRefusal.Fault].ShouldBe(1);
        fixture.Gate.Counters.Active.ShouldBe(0);
    }

    [Fact]
    public async Task Files_and_place_are_asked_for_at_the_same_time()
    {
        await using var fixture = new SessionFixture(null, _places);
        var answer = new TaskCompletionSource<PlaceAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var files = new TaskCompletionSource<StorageResult<IFileSystem>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var areAsked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _places.Answer = (_, _) => new(answer.Task);
        fixture.OpenFiles = (_, _) =>
        {
            areAsked.SetResult();
            return new(files.Task);
        };
        Task<SessionGrant?> opening = fixture.TryOpenAsync();
        await areAsked.Task;
        _places.Asked.ShouldBe(1);
        answer.SetResult(PlaceAnswer.Taken);
        await SessionFixture.WaitUntilAsync(() => _places.Held.Count == 1, "the place was not taken");
        opening.IsCompleted.ShouldBeFalse();
        files.SetResult(StorageResults.Of(FakeFiles.Create()));
        (await opening).ShouldNotBeNull();
    }

    [Fact]
    public async Task Files_that_fail_give_the_place_back()
    {
        await using var fixture = new SessionFixture(null, _places);
        fixture.OpenFiles = static (_, _) => new(StorageError.NotFound);
        (await fixture.TryOpenAsync()).ShouldBeNull();
        fixture.OpenFiles = static (_, _) => throw new InvalidOperationException("on purpose");
        (await fixture.TryOpenAsync()).ShouldBeNull();
        fixture.Gate.Counters.Refused[SessionRefusal.FilesUnavailable].ShouldBe(2);
        _places.Asked.ShouldBe(2);
        _places.Held.ShouldBeEmpty();
        _places.Mistakes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_place_that_comes_when_nobody_waits_any_more_is_given_back()
    {
        await using var fixture = new SessionFixture(new SessionLimits { OpenTimeout = TimeSpan.FromSeconds(10) }, _places);
        var answer = new TaskCompletionSource<PlaceAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        IFileSystem files = FakeFiles.Create();
        fixture.OpenFiles = (_, _) => new(StorageResults.Of(files));
        _places.Answer = (_, ct) =>
        {
            asked.SetResult(ct);
            return new(answer.Task);
        };
        Task<SessionGrant?> opening = fixture.TryOpenAsync();
        CancellationToken givenUp = await asked.Task;
        fixture.Time.Advance(TimeSpan.FromSeconds(10));
        (await opening).ShouldBeNull();
        givenUp.IsCancellationRequested.ShouldBeTrue();
        fixture.Gate.Counters.Refused[SessionRefusal.Timeout].ShouldBe(1);
        answer.SetResult(PlaceAnswer.Taken);
        await SessionFixture.WaitUntilAsync(() => ((FakeFiles)files).IsDisposed, "the files were not given back");
        _places.Held.ShouldBeEmpty();
        _places.Mistakes.ShouldBeEmpty();
        fixture.Gate.Counters.Active.ShouldBe(0);
    }

    [Fact]
    public async Task Who_has_no_room_on_this_node_is_not_asked_for_elsewhere()
    {
        await using var fixture = new SessionFixture(new SessionLimits { MaxPerUser = 1 }, _places);
        await fixture.OpenAsync();
        (await fixture.TryOpenAsync()).ShouldBeNull();
        _places.Asked.ShouldBe(1);
    }

    // The place of a session may be lost to it while its files are still being opened.
    [Fact]
    public async Task A_session_that_is_ended_before_it_begins_ends_as_it_begins()
    {
        await using var fixture = new SessionFixture(null, _places);
        var files = new TaskCompletionSource<StorageResult<IFileSystem>>(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.OpenFiles = (_, _) => new(files.Task);
        Task<SessionGrant?> opening = fixture.TryOpenAsync();
        await SessionFixture.WaitUntilAsync(() => _places.Held.Count == 1, "the place was not taken");
        (await fixture.Gate.KickAsync(_places.Held.Single().SessionId, default)).ShouldBeTrue();
        files.SetResult(StorageResults.Of(FakeFiles.Create()));
        SessionGrant grant = (await opening).ShouldNotBeNull();
        grant.Ended.IsCancellationRequested.ShouldBeTrue();
        grant.EndReason.ShouldBe(SessionEndReason.Kicked);
        grant.Close(SessionEndReason.Kicked);
        (await fixture.Gate.KickAsync(grant.SessionId, default)).ShouldBeFalse();
        _places.Held.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_is_left_of_a_thousand_that_come_and_go_while_answers_differ()
    {
        FakePlaces places = FakePlaces.Unsteady();
        await using var fixture = new SessionFixture(new SessionLimits { MaxPerUser = 5 }, places);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (int i = 0; i < 125; i++)
            {
                using var impatience = new CancellationTokenSource();
                ValueTask<SessionGrant?> opening = fixture.Gate.OpenAsync(fixture.Request($"user{i % 3}"), impatience.Token);
                if (i % 5 == 0)
                {
                    await impatience.CancelAsync();
                }

                (await opening)?.Close(SessionEndReason.ClosedByPeer);
            }
        })));
        await SessionFixture.WaitUntilAsync(() => fixture.Gate.Counters.Active == 0 && places.Held.Count == 0, "places are taken");
        places.Mistakes.ShouldBeEmpty();
        fixture.Gate.Open.ShouldBeEmpty();
    }
}
